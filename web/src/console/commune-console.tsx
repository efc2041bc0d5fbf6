// Everything under `/{commune}/console/`: the commune around its screens, and who may see them.

import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, OfflineError, ProblemError } from '../api/client.ts';
import { useLoad } from '../ui/load.ts';
import { NotFound } from '../ui/not-found.tsx';
import { Loading } from '../ui/page.tsx';
import { applyColours } from '../ui/theme.ts';
import { useFreshWhenBack } from '../ui/when-back.ts';
import { Accept } from './accept.tsx';
import type { Area } from './app.tsx';
import { Door } from './door.tsx';
import { Gate } from './gate.tsx';
import { Unreached } from './offline-door.tsx';
import { SignIn } from './sign-in.tsx';
import type { Commune } from './staff.ts';

export function CommuneConsole({ areas }: { areas: readonly Area[] }) {
  const id = useLocation().path.split('/')[1] ?? '';
  const loaded = useLoad(`/v1/${id}`, () => body(api.GET('/v1/{commune}', { params: { path: { commune: id } } })), id);
  useFreshWhenBack(loaded);
  if (loaded.error instanceof ProblemError && loaded.error.status === 404) return <NotFound />;
  if (!loaded.data && loaded.error instanceof OfflineError) return <Unreached commune={id} retry={loaded.reload} />;
  // That there is no network is said inside.
  return <Loading of={{ ...loaded, asOf: null }}>{(commune) => <Inside commune={commune} areas={areas} />}</Loading>;
}

function Inside({ commune, areas }: { commune: Commune; areas: readonly Area[] }) {
  useEffect(() => applyColours(commune.colours), [commune.colours]);
  const below = useLocation().path.replace(/^\/[^/]+\/console/, '') || '/';
  if (below === '/sign-in' || below === '/accept') {
    return (
      <Door commune={commune}>{below === '/accept' ? <Accept commune={commune} /> : <SignIn commune={commune} />}</Door>
    );
  }
  return <Gate key={commune.id} commune={commune} areas={areas} />;
}
