// Everything under `/{commune}/`: the commune's name and colours around its screens.

import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { lazy, Route, Router, useLocation } from 'preact-iso';
import { api, body, ProblemError } from '../api/client.ts';
import { bearer } from '../api/session.ts';
import { linkManifest } from '../offline/installable.ts';
import { t } from '../texts/index.ts';
import { useLoad } from '../ui/load.ts';
import { NotFound } from '../ui/not-found.tsx';
import { useOnline } from '../ui/online.ts';
import { Loading, Unreachable } from '../ui/page.tsx';
import { applyColours } from '../ui/theme.ts';
import { type Commune, CommuneContext } from './commune.ts';
import { Home } from './home.tsx';
import { lastCommune, rememberCommune } from './last-commune.ts';
import { WaitingBar } from './report/waiting-bar.tsx';
import { Bottom, Top } from './shell.tsx';

/** A screen whose file cannot be had (no network, or a newer version is out) says so. */
const screen = (load: () => Promise<ComponentType>) => lazy(() => load().catch(() => Unreachable));

// Each screen is a chunk of its own; a line here and its file make a new one.
const SCREENS = [
  { path: '/', component: Home },
  { path: '/reports', component: screen(() => import('./reports.tsx').then((m) => m.Reports)) },
  { path: '/reports/:report', component: screen(() => import('./report-page.tsx').then((m) => m.ReportPage)) },
  { path: '/alerts', component: screen(() => import('./alerts/alerts.tsx').then((m) => m.Alerts)) },
  { path: '/alerts/:alert', component: screen(() => import('./alerts/alert-page.tsx').then((m) => m.AlertPage)) },
  { path: '/sign-in', component: screen(() => import('./sign-in.tsx').then((m) => m.SignIn)) },
  { path: '/me', component: screen(() => import('./me.tsx').then((m) => m.Me)) },
  { path: '/join', component: screen(() => import('./invite.tsx').then((m) => m.Invite)) },
  { path: '/invite/:code', component: screen(() => import('./invite.tsx').then((m) => m.Invite)) },
  { path: '/launch/interest', component: screen(() => import('./interest.tsx').then((m) => m.Interest)) },
  { path: '/legal', component: screen(() => import('./pages.tsx').then((m) => m.Legal)) },
  { path: '/privacy', component: screen(() => import('./pages.tsx').then((m) => m.Privacy)) },
  { path: '/report', component: screen(() => import('./report/report-screen.tsx').then((m) => m.default)) },
  { path: '/drafts', component: screen(() => import('./report/drafts-screen.tsx').then((m) => m.default)) },
  { path: '/site-map', component: screen(() => import('./site-map.tsx').then((m) => m.SiteMap)) },
  { path: '/accessibility', component: screen(() => import('./accessibility.tsx').then((m) => m.Accessibility)) },
] as const;

export function CommuneApp() {
  const id = useLocation().path.split('/')[1] ?? '';
  const loaded = useLoad(`/v1/${id}`, () => body(api.GET('/v1/{commune}', { params: { path: { commune: id } } })), id);
  const gone = loaded.error instanceof ProblemError && loaded.error.status === 404;
  useEffect(() => {
    if (gone && lastCommune()?.id === id) rememberCommune(null);
  }, [gone, id]);
  if (gone) return <NotFound />;
  // That there is no network is said in the header.
  return <Loading of={{ ...loaded, asOf: null }}>{(commune) => <Inside commune={commune} />}</Loading>;
}

function Inside({ commune }: { commune: Commune }) {
  const online = useOnline();
  useEffect(() => applyColours(commune.colours), [commune.colours]);
  useEffect(() => linkManifest(commune.id), [commune.id]);
  useEffect(() => {
    bearer(commune.id).catch(() => {
      // Without a network the session comes back with the next request.
    });
    rememberCommune({ id: commune.id, name: commune.name });
  }, [commune.id, commune.name]);
  return (
    <CommuneContext.Provider value={commune}>
      <Top commune={commune} />
      {!online && (
        <p class="offline" role="status">
          {t.common.offline}
        </p>
      )}
      <WaitingBar />
      <div class="screen">
        <Router>
          {SCREENS.map((s) => (
            <Route key={s.path} path={s.path} component={s.component} />
          ))}
          <Route default component={NotFound} />
        </Router>
      </div>
      <Bottom commune={commune} />
    </CommuneContext.Provider>
  );
}
