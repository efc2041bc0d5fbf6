// The operators' pages: which screen belongs to which address, behind the sign-in.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorBoundary, lazy, Route, Router } from 'preact-iso';
import { claims } from '../api/claims.ts';
import { renew, signOut, useSession } from '../api/session.ts';
import { t } from '../texts/index.ts';
import { Languages } from '../ui/languages.tsx';
import { NotFound } from '../ui/not-found.tsx';
import { useOnline } from '../ui/online.ts';
import { Failure, Page, Spinner, Unreachable } from '../ui/page.tsx';
import { Communes } from './communes.tsx';
import { SignIn } from './sign-in.tsx';
import { o } from './texts/index.ts';

/** A screen whose file cannot be had (no network, or a newer version is out) says so. */
const screen = (load: () => Promise<ComponentType>) => lazy(() => load().catch(() => Unreachable));

const SubscribeScreen = screen(() => import('./subscribe.tsx').then((m) => m.Subscribe));
const CommuneScreen = screen(() => import('./commune.tsx').then((m) => m.CommuneScreen));

export function App() {
  const session = useSession();
  // Whether the cookie was asked for a session, and how that ended.
  const [asked, setAsked] = useState<'asking' | 'asked' | Error>('asking');
  const [turn, again] = useState(0);
  const online = useOnline();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the network is back, and on request
  useEffect(() => {
    if (asked === 'asked') return;
    renew('operator')
      .then(() => setAsked('asked'))
      .catch(setAsked);
  }, [turn, online]);
  if (asked === 'asking') return <Spinner />;
  const inside = session !== null && claims(session.access_token).raised;
  // Without a network nobody is signed out.
  const unreached = !session && asked instanceof Error ? asked : null;
  return (
    <>
      <header class="operator-top no-print">
        <a href="/operator/">{o.title}</a>
        <Languages />
        {inside && (
          <button type="button" class="link" onClick={() => void signOut('operator')}>
            {t.common.signOut}
          </button>
        )}
      </header>
      {unreached ? (
        <Page title={o.signIn.title}>
          <Failure error={unreached} retry={() => again((n) => n + 1)} />
        </Page>
      ) : (
        !inside && <SignIn />
      )}
      {inside && (
        <ErrorBoundary>
          <Router>
            <Route path="/operator" component={Communes} />
            <Route path="/operator/new" component={SubscribeScreen} />
            <Route path="/operator/communes/:id" component={CommuneScreen} />
            <Route default component={NotFound} />
          </Router>
        </ErrorBoundary>
      )}
    </>
  );
}
