// `/{commune}/console/sign-in`: address, code, then the second factor.

import { useLocation } from 'preact-iso';
import { claims } from '../api/claims.ts';
import { useSession } from '../api/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { CodeSteps } from '../ui/door/code-steps.tsx';
import { FactorSteps } from '../ui/door/factor-steps.tsx';
import { Page } from '../ui/page.tsx';
import { consolePath, NotStaff } from './gate.tsx';
import { NeedsNetwork } from './offline-door.tsx';
import { forgetTyped } from './sign-out.ts';
import type { Commune } from './staff.ts';
import { c } from './texts/index.ts';

export function SignIn({ commune }: { commune: Commune }) {
  const { query, route } = useLocation();
  const session = useSession();
  // Only a way inside the console; anything else would be an open door to elsewhere.
  const next = query.next?.startsWith(`${consolePath(commune.id)}`) ? query.next : consolePath(commune.id);
  const here = session?.commune === commune.id ? session : null;
  if (here?.account.role === 'resident') return <NotStaff commune={commune} />;
  return (
    <Page title={c.signIn.title} where={commune.name} lead={here ? undefined : c.signIn.lead} class="narrow">
      <NeedsNetwork />
      {here ? (
        <FactorSteps commune={commune.id} name={commune.name} words={c} passed={() => route(next, true)} />
      ) : (
        <CodeSteps
          commune={commune.id}
          words={c.signIn}
          passed={({ access_token }) => claims(access_token).raised && route(next, true)}
        />
      )}
    </Page>
  );
}

/**
 * The session ended while something was open: sign in over it, and go on where one was. Meanwhile nobody reads it. What was
 * typed waits for its account, also where this is closed (gate.tsx).
 */
export function SignInAgain({ commune, account }: { commune: Commune; account: string }) {
  const { route } = useLocation();
  return (
    <Dialog title={c.signIn.again} class="covers" close={() => route(consolePath(commune.id, '/sign-in'))}>
      <p>{c.signIn.againText}</p>
      <CodeSteps
        commune={commune.id}
        words={c.signIn}
        before={(view) => {
          if (view.account.id === account) return;
          // Somebody else: nothing of who was here before stays on the screen; or the browser would ask whether to lose it.
          forgetTyped();
          location.assign(consolePath(commune.id));
        }}
        passed={() => {}}
      />
    </Dialog>
  );
}
