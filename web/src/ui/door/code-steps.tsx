// Signing in by mail: asks for the address, then for the code that was sent there.

import { useRef, useState } from 'preact/hooks';
import { api, body, type Schemas } from '../../api/client.ts';
import { COOKIE, takeSession } from '../../api/session.ts';
import { announce } from '../announce.tsx';
import { Form, TextField } from '../form.tsx';
import { fieldOf, refused } from '../refused.ts';
import { useStepFocus } from './step-focus.ts';
import type { DoorWords } from './words.ts';
import './door.css';

export function CodeSteps(props: {
  commune: string;
  words: DoorWords['signIn'];
  /** Told who it is before the session is theirs. */
  before?: (view: Schemas['SessionView']) => void;
  passed: (view: Schemas['SessionView']) => void;
}) {
  const { words } = props;
  const [email, setEmail] = useState('');
  const [code, setCode] = useState('');
  const [sent, setSent] = useState<Schemas['CodeSent'] | null>(null);
  /** Came back from the code to the address. */
  const [back, setBack] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const path = { commune: props.commune };
  const contact = { email: email.trim() };

  const send = async () => {
    setError(null);
    if (!contact.email.includes('@')) throw refused('contact', words.emailWanted);
    setSent(await body(api.POST('/v1/{commune}/challenges', { params: { path }, body: { contact } })));
    setCode('');
  };
  const redeem = async () => {
    setError(null);
    const digits = code.replaceAll(/\s/g, '');
    if (!/^\d{6}$/.test(digits)) throw refused('code', words.sixDigits);
    const asked = { params: { path }, headers: COOKIE, body: { contact, code: digits } };
    const view = await body(api.POST('/v1/{commune}/sessions', asked));
    props.before?.(view);
    takeSession(view);
    props.passed(view);
  };

  const around = useRef<HTMLDivElement>(null);
  useStepFocus(around, 'input', sent ?? back);

  if (!sent) {
    return (
      <div key="email" ref={around}>
        <Form button={words.sendCode} submit={send} onError={setError}>
          <TextField
            label={words.email}
            hint={words.emailHint}
            type="email"
            inputMode="email"
            autocomplete="email"
            value={email}
            onText={setEmail}
            error={fieldOf(error, 'contact') ?? fieldOf(error, 'contact.email')}
          />
        </Form>
      </div>
    );
  }
  return (
    <div key="code" ref={around}>
      <p role="status">{words.sentTo(sent.sent_to)}</p>
      <Form button={words.enter} submit={redeem} onError={setError}>
        <TextField
          label={words.code}
          inputMode="numeric"
          autocomplete="one-time-code"
          value={code}
          onText={setCode}
          error={fieldOf(error, 'code')}
        />
      </Form>
      <Form button={words.sendAgain} submit={() => send().then(() => announce(words.sentAgain))} class="second">
        <button
          type="button"
          class="quiet"
          onClick={() => {
            setError(null);
            setBack(true);
            setSent(null);
          }}
        >
          {words.otherAddress}
        </button>
      </Form>
    </div>
  );
}
