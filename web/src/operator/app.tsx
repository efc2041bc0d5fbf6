// The operators' pages: which screen belongs to which address, behind the sign-in.

import { useEffect, useState } from 'preact/hooks';
import { ErrorBoundary, lazy, Route, Router } from 'preact-iso';
import { renew, signOut, useSession } from '../api/session.ts';
import { t } from '../texts/index.ts';
import { Languages } from '../ui/languages.tsx';
import { NotFound } from '../ui/not-found.tsx';
import { Spinner } from '../ui/page.tsx';
import { Communes } from './communes.tsx';
import { raised, SignIn } from './sign-in.tsx';
import { o } from './texts/index.ts';

const SubscribeScreen = lazy(() => import('./subscribe.tsx').then((m) => m.Subscribe));
const CommuneScreen = lazy(() => import('./commune.tsx').then((m) => m.CommuneScreen));

export function App() {
  const session = useSession();
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    renew('operator')
      .catch(() => null)
      .finally(() => setAsked(true));
  }, []);
  if (!asked) return <Spinner />;
  const inside = session !== null && raised(session.access_token);
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
      {!inside && <SignIn />}
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
