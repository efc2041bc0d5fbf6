// Everything under `/{commune}/`: the commune's name and colours around its screens.

import { useEffect } from 'preact/hooks';
import { lazy, Route, Router, useLocation } from 'preact-iso';
import { api, body, ProblemError } from '../api/client.ts';
import { renew } from '../api/session.ts';
import { linkManifest } from '../offline/installable.ts';
import { t } from '../texts/index.ts';
import { useLoad } from '../ui/load.ts';
import { NotFound } from '../ui/not-found.tsx';
import { useOnline } from '../ui/online.ts';
import { Loading } from '../ui/page.tsx';
import { applyColours } from '../ui/theme.ts';
import { type Commune, CommuneContext } from './commune.ts';
import { Home } from './home.tsx';
import { WaitingBar } from './report/waiting-bar.tsx';

// Each screen is a chunk of its own; a line here and its file make a new one.
const SCREENS = [
  { path: '/', component: Home },
  { path: '/report', component: lazy(() => import('./report/report-screen.tsx')) },
  { path: '/drafts', component: lazy(() => import('./report/drafts-screen.tsx')) },
] as const;

export function CommuneApp() {
  const id = useLocation().path.split('/')[1] ?? '';
  const loaded = useLoad(`/v1/${id}`, () => body(api.GET('/v1/{commune}', { params: { path: { commune: id } } })), id);
  if (loaded.error instanceof ProblemError && loaded.error.status === 404) return <NotFound />;
  // That there is no network is said in the header.
  return <Loading of={{ ...loaded, asOf: null }}>{(commune) => <Inside commune={commune} />}</Loading>;
}

function Inside({ commune }: { commune: Commune }) {
  const online = useOnline();
  useEffect(() => applyColours(commune.colours), [commune.colours]);
  useEffect(() => linkManifest(commune.id), [commune.id]);
  useEffect(() => {
    renew(commune.id).catch(() => {
      // Without a network the session comes back with the next request.
    });
    try {
      localStorage.setItem('parvis.commune', commune.id);
    } catch {
      // The start page then asks.
    }
  }, [commune.id]);
  const base = `/${commune.id}`;
  return (
    <CommuneContext.Provider value={commune}>
      <header class="top no-print">
        <a href={`${base}/`} class="brand">
          {commune.logo && (
            <img src={commune.logo.url} width={commune.logo.width} height={commune.logo.height} alt="" />
          )}
          {commune.name}
        </a>
      </header>
      {!online && (
        <p class="offline" role="status">
          {t.common.offline}
        </p>
      )}
      <WaitingBar />
      <Router>
        {SCREENS.map((s) => (
          <Route key={s.path} path={s.path} component={s.component} />
        ))}
        <Route default component={NotFound} />
      </Router>
    </CommuneContext.Provider>
  );
}
