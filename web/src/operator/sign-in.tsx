// An operator signs in: address, code, then the authenticator app, which is registered here the first time.

import { useSession } from '../api/session.ts';
import { CodeSteps } from '../ui/door/code-steps.tsx';
import { FactorSteps } from '../ui/door/factor-steps.tsx';
import { Page } from '../ui/page.tsx';
import { o } from './texts/index.ts';

/** What the operators' own pages are for the platform. */
const OPERATOR = 'operator';
const nothing = () => {};

export function SignIn() {
  const session = useSession();
  const s = o.signIn;
  return (
    <Page title={s.title} {...(session ? {} : { lead: s.lead })}>
      {!session ? (
        <CodeSteps commune={OPERATOR} words={o.door.signIn} passed={nothing} />
      ) : session.account.role === 'operator' ? (
        <FactorSteps commune={OPERATOR} name={o.title} words={o.door} passed={nothing} />
      ) : (
        <p>{s.notOperator}</p>
      )}
    </Page>
  );
}
