// The console: which screen belongs to which address.

import { Route, Router } from 'preact-iso';
import { NotFound } from '../ui/not-found.tsx';

export function App() {
  return <Router>{[<Route key="none" default component={NotFound} />]}</Router>;
}
