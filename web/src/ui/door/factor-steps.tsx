// The second factor on the screen: a code of the app or a recovery code; the first time, registering an app.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { raiseSession } from '../../api/session.ts';
import { announce } from '../announce.tsx';
import { Form, TextField } from '../form.tsx';
import { Failure, Spinner } from '../page.tsx';
import { fieldOf, refused } from '../refused.ts';
import { Enrol } from './enrol.tsx';
import { useStepFocus } from './step-focus.ts';
import type { DoorWords } from './words.ts';
import './door.css';

interface Props {
  commune: string;
  words: DoorWords;
  passed: () => void;
}

/** Asks for a code; of whom has no app yet, to register one. Only the platform knows which. `name` is in the recovery codes' file. */
export function FactorSteps(props: Props & { name: string }) {
  const { commune } = props;
  const [app, setApp] = useState<Schemas['NewTotp'] | 'registered' | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [turn, again] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again
  useEffect(() => {
    let current = true;
    setError(null);
    body(api.POST('/v1/{commune}/me/totp', { params: { path: { commune } } }))
      .then((made) => current && setApp(made))
      .catch((thrown: Error) => {
        if (!current) return;
        // Refused to whom has one already.
        if (thrown instanceof ProblemError && thrown.status === 409) setApp('registered');
        else setError(thrown);
      });
    return () => {
      current = false;
    };
  }, [commune, turn]);
  if (error) return <Failure error={error} retry={() => again((n) => n + 1)} />;
  if (!app) return <Spinner />;
  if (app === 'registered') return <CodeForm {...props} />;
  return <Enrol {...props} app={app} />;
}

export function CodeForm({ commune, words, passed }: Props) {
  const { factor } = words;
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const submit = async () => {
    setError(null);
    const typed = code.replaceAll(/\s/g, '');
    if (!recovery && !/^\d{6}$/.test(typed)) throw refused('code', words.signIn.sixDigits);
    if (recovery && !typed) throw refused('code', factor.recoveryWanted);
    const proof = { code: recovery ? null : typed, recovery_code: recovery ? typed : null };
    const session = await body(
      api.POST('/v1/{commune}/sessions/second-factor', { params: { path: { commune } }, body: proof }),
    );
    raiseSession(session);
    if (recovery) announce(factor.recoveryLeft(session.recovery_codes_left));
    passed();
  };
  const wrong = error instanceof ProblemError && error.code === 'code_refused' ? factor.refused(recovery) : null;
  const around = useRef<HTMLDivElement>(null);
  useStepFocus(around, 'input', recovery ? 'recovery' : 'app');
  return (
    <div ref={around}>
      <Form
        button={factor.pass}
        submit={submit}
        onError={setError}
        beside={
          <button
            type="button"
            class="quiet"
            onClick={() => {
              setRecovery(!recovery);
              setCode('');
              setError(null);
            }}
          >
            {recovery ? factor.useApp : factor.useRecovery}
          </button>
        }
      >
        <TextField
          key={recovery ? 'recovery' : 'app'}
          label={recovery ? factor.recoveryCode : factor.code}
          hint={recovery ? factor.recoveryHint : factor.codeHint}
          {...(recovery ? {} : { inputMode: 'numeric' as const })}
          autocomplete={recovery ? 'off' : 'one-time-code'}
          value={code}
          onText={setCode}
          error={fieldOf(error, 'code') ?? wrong}
        />
      </Form>
    </div>
  );
}
