// `/{commune}/console/sign-in`: address, code, then the second factor.

import { useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, type Schemas } from '../api/client.ts';
import { COOKIE, takeSession, useSession } from '../api/session.ts';
import { announce } from '../ui/announce.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Form, TextField } from '../ui/form.tsx';
import { Page } from '../ui/page.tsx';
import { useStepFocus } from './door.tsx';
import { claims } from './factor.ts';
import { FactorSteps } from './factor-page.tsx';
import { consolePath, NotStaff } from './gate.tsx';
import { fieldOf, invalid } from './invalid.ts';
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
        <FactorSteps commune={commune} passed={() => route(next, true)} />
      ) : (
        <CodeSteps commune={commune} passed={(raised) => raised && route(next, true)} />
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
      <CodeSteps commune={commune} passed={() => {}} only={account} />
    </Dialog>
  );
}

/** Asks for the address, then for the code that was sent there. */
export function CodeSteps(props: { commune: Commune; passed: (raised: boolean) => void; only?: string }) {
  const [email, setEmail] = useState('');
  const [code, setCode] = useState('');
  const [sent, setSent] = useState<Schemas['CodeSent'] | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const path = { commune: props.commune.id };
  const contact = { email: email.trim() };

  const send = async () => {
    setError(null);
    if (!contact.email.includes('@')) throw invalid('contact', c.signIn.emailWanted);
    setSent(await body(api.POST('/v1/{commune}/challenges', { params: { path }, body: { contact } })));
    setCode('');
  };
  const redeem = async () => {
    setError(null);
    const digits = code.replaceAll(/\s/g, '');
    if (!/^\d{6}$/.test(digits)) throw invalid('code', c.signIn.sixDigits);
    const asked = { params: { path }, headers: COOKIE, body: { contact, code: digits } };
    const view = await body(api.POST('/v1/{commune}/sessions', asked));
    // Somebody else: nothing of who was here before stays on the screen.
    if (props.only && props.only !== view.account.id) {
      // Or the browser would ask whether to lose it.
      forgetTyped();
      location.assign(consolePath(props.commune.id));
    }
    takeSession(view);
    props.passed(claims(view.access_token).raised);
  };

  const around = useRef<HTMLDivElement>(null);
  useStepFocus(around, 'input', sent);

  if (!sent) {
    return (
      <Form key="email" button={c.signIn.sendCode} submit={send} onError={setError}>
        <TextField
          label={c.signIn.email}
          hint={c.signIn.emailHint}
          type="email"
          inputMode="email"
          autocomplete="email"
          value={email}
          onText={setEmail}
          error={fieldOf(error, 'contact')}
        />
      </Form>
    );
  }
  return (
    <div ref={around}>
      <p role="status">{c.signIn.sentTo(sent.sent_to)}</p>
      <Form key="code" button={c.signIn.enter} submit={redeem} onError={setError}>
        <TextField
          label={c.signIn.code}
          inputMode="numeric"
          autocomplete="one-time-code"
          value={code}
          onText={setCode}
          error={fieldOf(error, 'code')}
        />
      </Form>
      <Form
        key="again"
        button={c.signIn.sendAgain}
        submit={() => send().then(() => announce(c.signIn.sentAgain))}
        class="second"
      >
        <button type="button" class="quiet" onClick={() => setSent(null)}>
          {c.signIn.otherAddress}
        </button>
      </Form>
    </div>
  );
}
