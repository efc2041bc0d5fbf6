// An operator signs in: address, code, then the authenticator app, which is registered here the first time.

import { useEffect, useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../api/client.ts';
import { COOKIE, raiseSession, takeSession, useSession } from '../api/session.ts';
import { Form, TextField } from '../ui/form.tsx';
import { Failure, Page, Spinner } from '../ui/page.tsx';
import { inWords, told } from '../ui/rules.ts';
import { o } from './texts/index.ts';

const params = { path: { commune: 'operator' } };

/** Whether a token says that the second factor was passed (`amr` of RFC 8176). */
export function raised(token: string): boolean {
  const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  return (JSON.parse(atob(part)) as { amr?: string[] }).amr?.includes('mfa') ?? false;
}

export function SignIn() {
  const session = useSession();
  const s = o.signIn;
  return (
    <Page title={s.title} {...(session ? {} : { lead: s.lead })}>
      {!session ? <ByMail /> : session.account.role === 'operator' ? <Factor /> : <p>{s.notOperator}</p>}
    </Page>
  );
}

/** What a rule says about a field. */
export const of = (error: Error | null, field: string) => (error instanceof ProblemError ? error.field(field) : null);

function ByMail() {
  const s = o.signIn;
  const [email, setEmail] = useState('');
  const [digits, setDigits] = useState('');
  const [sent, setSent] = useState<Schemas['CodeSent'] | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const contact = { email: email.trim() };
  if (!sent)
    return (
      <Form
        key="email"
        button={s.send}
        onError={setError}
        submit={async () => {
          setError(null);
          setSent(await told(body(api.POST('/v1/{commune}/challenges', { params, body: { contact } })), o.rules));
        }}
      >
        <TextField
          label={s.email}
          type="email"
          autocomplete="email"
          value={email}
          error={of(error, 'contact') ?? of(error, 'email')}
          onText={setEmail}
        />
      </Form>
    );
  return (
    <Form
      key="code"
      button={s.enter}
      onError={setError}
      beside={
        <button type="button" class="quiet" onClick={() => setSent(null)}>
          {s.other}
        </button>
      }
      submit={async () => {
        setError(null);
        const code = digits.replaceAll(/\s/g, '');
        const asked = { params, headers: COOKIE, body: { contact, code } };
        takeSession(
          await told(body(api.POST('/v1/{commune}/sessions', asked)), { ...o.rules, invalid: o.rules.code_refused }),
        );
      }}
    >
      <p role="status">{s.sent(sent.sent_to)}</p>
      <TextField
        label={s.code}
        hint={s.codeHint}
        inputMode="numeric"
        autocomplete="one-time-code"
        value={digits}
        error={error instanceof ProblemError ? error.message : null}
        onText={setDigits}
      />
    </Form>
  );
}

/** Asks for the app's code; who has no app yet gets one. */
function Factor() {
  const s = o.signIn;
  const [app, setApp] = useState<Schemas['NewTotp'] | null | 'registered'>(null);
  const [recovery, setRecovery] = useState(false);
  const [digits, setDigits] = useState('');
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    body(api.POST('/v1/{commune}/me/totp', { params }))
      .then(setApp)
      // There is one already.
      .catch((e: Error) => (e instanceof ProblemError && e.status === 409 ? setApp('registered') : setError(e)));
  }, []);
  if (app === null) return error ? <Failure error={error} /> : <Spinner />;
  if (app !== 'registered') return <Register app={app} />;
  return (
    <Form
      key={String(recovery)}
      button={s.enter}
      onError={setError}
      beside={
        <button type="button" class="quiet" onClick={() => setRecovery(!recovery)}>
          {recovery ? s.useApp : s.useRecovery}
        </button>
      }
      submit={async () => {
        setError(null);
        const said = digits.replaceAll(/\s/g, '');
        const proof = recovery ? { code: null, recovery_code: said } : { code: said, recovery_code: null };
        const call = api.POST('/v1/{commune}/sessions/second-factor', { params, body: proof });
        raiseSession(await told(body(call), { ...o.rules, invalid: o.rules.code_refused }));
      }}
    >
      <TextField
        label={recovery ? s.recovery : s.factor}
        hint={recovery ? s.recoveryHint : s.factorHint}
        inputMode={recovery ? 'text' : 'numeric'}
        autocomplete="one-time-code"
        value={digits}
        error={error instanceof ProblemError ? error.message : null}
        onText={setDigits}
      />
    </Form>
  );
}

function Register({ app }: { app: Schemas['NewTotp'] }) {
  const s = o.signIn;
  const [digits, setDigits] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const [done, setDone] = useState<Schemas['Confirmed2'] | null>(null);
  if (done)
    return (
      <>
        <h2>{s.codes}</h2>
        <p>{s.codesLead}</p>
        <ul class="recovery">
          {done.recovery_codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <button type="button" class="main" onClick={() => raiseSession(done)}>
          {s.kept}
        </button>
      </>
    );
  return (
    <>
      <h2>{s.app}</h2>
      <p>{s.appLead}</p>
      <p>
        {s.secret}
        <br />
        <code class="secret">{app.secret.match(/.{1,4}/g)?.join(' ')}</code>
      </p>
      <p>
        <a href={app.uri}>{s.open}</a>
      </p>
      <Form
        button={s.register}
        onError={setError}
        submit={async () => {
          setError(null);
          const call = api.POST('/v1/{commune}/me/totp/confirm', {
            params,
            body: { code: digits.replaceAll(/\s/g, '') },
          });
          try {
            setDone(await body(call));
          } catch (thrown) {
            throw inWords(thrown, { ...o.rules, invalid: o.rules.code_refused });
          }
        }}
      >
        <TextField
          label={s.factor}
          hint={s.factorHint}
          inputMode="numeric"
          autocomplete="one-time-code"
          value={digits}
          error={error instanceof ProblemError ? error.message : null}
          onText={setDigits}
        />
      </Form>
    </>
  );
}
