// Everything under `/{commune}/console/`: the commune around its screens, and who may see them.

import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, ProblemError } from '../api/client.ts';
import { useLoad } from '../ui/load.ts';
import { NotFound } from '../ui/not-found.tsx';
import { Loading } from '../ui/page.tsx';
import { applyColours } from '../ui/theme.ts';
import { Accept } from './accept.tsx';
import type { Area } from './app.tsx';
import { Door } from './door.tsx';
import { Gate } from './gate.tsx';
import { SignIn } from './sign-in.tsx';
import type { Commune } from './staff.ts';

export function CommuneConsole({ areas }: { areas: readonly Area[] }) {
  const id = useLocation().path.split('/')[1] ?? '';
  const loaded = useLoad(`/v1/${id}`, () => body(api.GET('/v1/{commune}', { params: { path: { commune: id } } })), id);
  if (loaded.error instanceof ProblemError && loaded.error.status === 404) return <NotFound />;
  return <Loading of={loaded}>{(commune) => <Inside commune={commune} areas={areas} />}</Loading>;
}

function Inside({ commune, areas }: { commune: Commune; areas: readonly Area[] }) {
  useEffect(() => applyColours(commune.colours), [commune.colours]);
  const below = useLocation().path.replace(/^\/[^/]+\/console/, '') || '/';
  if (below === '/sign-in' || below === '/accept') {
    return (
      <Door commune={commune}>{below === '/accept' ? <Accept commune={commune} /> : <SignIn commune={commune} />}</Door>
    );
  }
  return <Gate commune={commune} areas={areas} />;
}
