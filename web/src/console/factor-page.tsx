// The second factor on the screen: a code of the app or a recovery code; the first time, registering an app.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../api/client.ts';
import { raiseSession } from '../api/session.ts';
import { announce } from '../ui/announce.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Form, TextField } from '../ui/form.tsx';
import { Failure, Page, Spinner } from '../ui/page.tsx';
import { useStepFocus } from './door.tsx';
import { Enrol } from './enrol.tsx';
import { endFactor } from './factor.ts';
import { fieldOf, invalid } from './invalid.ts';
import { NeedsNetwork } from './offline-door.tsx';
import type { Commune } from './staff.ts';
import { c } from './texts/index.ts';

export function FactorPage({ commune }: { commune: Commune }) {
  return (
    <Page title={c.factor.title} where={commune.name} class="narrow">
      <NeedsNetwork />
      <FactorSteps commune={commune} passed={() => {}} />
    </Page>
  );
}

/** Over a screen, once the twelve hours are over. */
export function FactorDialog({ commune }: { commune: Commune }) {
  return (
    <Dialog title={c.factor.again} close={() => endFactor(false)}>
      <p>{c.factor.againText}</p>
      <CodeForm commune={commune} passed={() => endFactor(true)} />
    </Dialog>
  );
}

/** Asks for a code; of whom has no app yet, to register one. Only the platform knows which. */
export function FactorSteps({ commune, passed }: { commune: Commune; passed: () => void }) {
  const [app, setApp] = useState<Schemas['NewTotp'] | 'registered' | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [turn, again] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again
  useEffect(() => {
    let current = true;
    setError(null);
    body(api.POST('/v1/{commune}/me/totp', { params: { path: { commune: commune.id } } }))
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
  }, [commune.id, turn]);
  if (error) return <Failure error={error} retry={() => again((n) => n + 1)} />;
  if (!app) return <Spinner />;
  if (app === 'registered') return <CodeForm commune={commune} passed={passed} />;
  return <Enrol commune={commune} app={app} passed={passed} />;
}

function CodeForm({ commune, passed }: { commune: Commune; passed: () => void }) {
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const submit = async () => {
    setError(null);
    const typed = code.replaceAll(/\s/g, '');
    if (!recovery && !/^\d{6}$/.test(typed)) throw invalid('code', c.signIn.sixDigits);
    if (recovery && !typed) throw invalid('code', c.factor.recoveryWanted);
    const proof = { code: recovery ? null : typed, recovery_code: recovery ? typed : null };
    const session = await body(
      api.POST('/v1/{commune}/sessions/second-factor', { params: { path: { commune: commune.id } }, body: proof }),
    );
    raiseSession(session);
    if (recovery) announce(c.factor.recoveryLeft(session.recovery_codes_left));
    passed();
  };
  const refused = error instanceof ProblemError && error.code === 'code_refused' ? c.factor.refused(recovery) : null;
  const around = useRef<HTMLDivElement>(null);
  useStepFocus(around, 'input', recovery ? 'recovery' : 'app');
  return (
    <div ref={around}>
      <Form
        button={c.factor.pass}
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
            {recovery ? c.factor.useApp : c.factor.useRecovery}
          </button>
        }
      >
        <TextField
          key={recovery ? 'recovery' : 'app'}
          label={recovery ? c.factor.recoveryCode : c.factor.code}
          hint={recovery ? c.factor.recoveryHint : c.factor.codeHint}
          {...(recovery ? {} : { inputMode: 'numeric' as const })}
          autocomplete={recovery ? 'off' : 'one-time-code'}
          value={code}
          onText={setCode}
          error={fieldOf(error, 'code') ?? refused}
        />
      </Form>
    </div>
  );
}
