// `/{commune}/console/accept#…`: somebody was invited to the staff. The token is behind the `#`, so that no server sees it, and
// only the button redeems it: scanners of mail open links.

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, ProblemError } from '../api/client.ts';
import { bearer, dropSession, renew, useSession } from '../api/session.ts';
import { CodeSteps } from '../ui/door/code-steps.tsx';
import { Form } from '../ui/form.tsx';
import { Failure, Page } from '../ui/page.tsx';
import { consolePath } from './gate.tsx';
import { signOut } from './sign-out.ts';
import type { Commune } from './staff.ts';
import { c } from './texts/index.ts';

export function Accept({ commune }: { commune: Commune }) {
  const { route } = useLocation();
  const session = useSession();
  const [token] = useState(() => location.hash.slice(1));
  const [error, setError] = useState<Error | null>(null);
  const here = session?.commune === commune.id ? session : null;
  useEffect(() => {
    bearer(commune.id).catch(setError);
  }, [commune.id]);

  const accept = async () => {
    setError(null);
    const params = { path: { commune: commune.id } };
    await body(api.POST('/v1/{commune}/staff/invitations/accept', { params, body: { token } }));
    // The role is in the next token.
    dropSession();
    await renew(commune.id);
    route(consolePath(commune.id), true);
  };

  if (!token)
    return (
      <Page title={c.accept.title} where={commune.name} lead={c.accept.noToken} class="narrow">
        {null}
      </Page>
    );
  if (!here) {
    return (
      <Page title={c.accept.title} where={commune.name} lead={c.accept.signIn(commune.name)} class="narrow">
        {error && <Failure error={error} />}
        <CodeSteps commune={commune.id} words={c.signIn} passed={() => {}} />
      </Page>
    );
  }
  const otherAddress = error instanceof ProblemError && error.status === 403;
  return (
    <Page title={c.accept.title} where={commune.name} lead={c.accept.lead(commune.name)} class="narrow">
      <Form button={c.accept.accept} submit={accept} onError={setError}>
        <p>{c.accept.next}</p>
      </Form>
      {otherAddress && (
        <p>
          <button type="button" onClick={() => void signOut(commune.id).catch(setError)}>
            {c.signIn.otherAddress}
          </button>
        </p>
      )}
    </Page>
  );
}
