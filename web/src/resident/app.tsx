// The residents' app: which screen belongs to which address.

import { ErrorBoundary, Route, Router } from 'preact-iso';
import { NotFound } from '../ui/not-found.tsx';
import { CommuneApp } from './commune-app.tsx';
import { Welcome } from './welcome.tsx';

export function App() {
  return (
    <ErrorBoundary>
      <Router>
        <Route path="/" component={Welcome} />
        <Route path="/:commune" component={CommuneApp} />
        <Route path="/:commune/*" component={CommuneApp} />
        <Route default component={NotFound} />
      </Router>
    </ErrorBoundary>
  );
}
