// The console: which screen belongs to which address, and who finds it in the menu. To add a screen, add a line to AREAS.

import type { ComponentType } from 'preact';
import { ErrorBoundary, lazy, Route, Router } from 'preact-iso';
import type { Schemas } from '../api/client.ts';
import { NotFound } from '../ui/not-found.tsx';
import { Unreachable } from '../ui/page.tsx';
import { CommuneConsole } from './commune-console.tsx';
import { DESK_AREAS } from './settings/areas.tsx';
import { c } from './texts/index.ts';

export interface Area {
  /** Below `/{commune}/console`. */
  path: string;
  /** In the menu; a screen without one is reached from another. */
  label?: () => string;
  /** Who may use it; all staff unless given. */
  roles?: readonly Schemas['Role'][];
  component: ComponentType;
}

/** A screen whose file cannot be had (no network, or a newer version is out) says so. */
const screen = (load: () => Promise<ComponentType>) => lazy(() => load().catch(() => Unreachable));

export const AREAS: readonly Area[] = [
  { path: '/', label: () => c.menu.inbox, component: screen(() => import('./inbox.tsx').then((m) => m.Inbox)) },
  {
    path: '/near',
    label: () => c.menu.near,
    roles: ['agent', 'manager', 'administrator'],
    component: screen(() => import('./near.tsx').then((m) => m.Near)),
  },
  { path: '/reports/:id', component: screen(() => import('./report.tsx').then((m) => m.ReportPage)) },
  {
    path: '/alerts',
    label: () => c.menu.alerts,
    component: screen(() => import('./alerts/list.tsx').then((m) => m.Alerts)),
  },
  {
    path: '/alerts/new',
    roles: ['elected_member', 'administrator'],
    component: screen(() => import('./alerts/write.tsx').then((m) => m.WriteAlert)),
  },
  { path: '/alerts/:id', component: screen(() => import('./alerts/alert.tsx').then((m) => m.AlertPage)) },
  ...DESK_AREAS,
];

export function App() {
  return (
    <ErrorBoundary>
      <Router>
        <Route path="/:commune/console" component={CommuneConsole} areas={AREAS} />
        <Route path="/:commune/console/*" component={CommuneConsole} areas={AREAS} />
        <Route default component={NotFound} />
      </Router>
    </ErrorBoundary>
  );
}
