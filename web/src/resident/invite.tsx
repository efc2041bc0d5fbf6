// `/{commune}/join?next=#CODE` (what the QR code says; the code stays out of logs) and `/{commune}/invite/CODE`: taking part in
// a training or a pilot, and back to where one came from.

import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { api, body, ProblemError } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { t } from '../texts/index.ts';
import { Form, TextField } from '../ui/form.tsx';
import { Page } from '../ui/page.tsx';
import { useCommune } from './commune.ts';
import { refused, useErrors } from './contact.ts';
import { safeNext } from './links.ts';
import { SignInForm } from './sign-in.tsx';

export function Invite() {
  const commune = useCommune();
  const session = useSession();
  const inPath = useRoute().params.code;
  const next = safeNext(useLocation().query.next, `/${commune.id}/`);
  const [typed, setTyped] = useState(() => inPath ?? decodeURIComponent(location.hash.slice(1)));
  const [done, setDone] = useState(false);
  const errors = useErrors();
  const words = t.resident.invite;
  const redeem = async () => {
    errors.clear();
    const code = typed.replace(/[\s-]/g, '').toUpperCase();
    if (!/^[A-Z0-9]{10}$/.test(code)) throw refused('code', words.malformed);
    try {
      const params = { path: { commune: commune.id } };
      await body(api.POST('/v1/{commune}/launch/invitation', { params, body: { code } }));
    } catch (error) {
      throw inWords(error);
    }
    setDone(true);
  };
  if (done) {
    return (
      <Page title={words.title} where={commune.name} class="narrow">
        <p class="notice good" role="status">
          {words.done}
        </p>
        <p>
          <a class="button main" href={next}>
            {t.resident.signIn.go}
          </a>
        </p>
      </Page>
    );
  }
  return (
    <Page title={words.title} where={commune.name} lead={words.lead(commune.name)} class="narrow">
      {session ? (
        <Form submit={redeem} button={words.redeem} onError={errors.set}>
          <TextField
            label={words.code}
            hint={words.codeHint}
            error={errors.at('code')}
            value={typed}
            onText={setTyped}
            autocomplete="off"
            maxLength={30}
          />
        </Form>
      ) : (
        <>
          <p>{words.signInFirst}</p>
          <SignInForm onDone={() => {}} />
        </>
      )}
    </Page>
  );
}

/** What is refused about the code of an invitation, at its field. */
function inWords(error: unknown): unknown {
  return error instanceof ProblemError && error.code === 'code_refused' ? refused('code', error.problem.detail) : error;
}
