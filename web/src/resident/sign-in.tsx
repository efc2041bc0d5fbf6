// `/{commune}/sign-in?next=`: a contact, its code, and back to where one came from.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, type Schemas } from '../api/client.ts';
import { COOKIE, takeSession, useSession } from '../api/session.ts';
import { t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Form, TextField } from '../ui/form.tsx';
import { Page } from '../ui/page.tsx';
import { CodeField, Resend } from './code-field.tsx';
import { useCommune } from './commune.ts';
import { type Contact, inWords, readCode, readContact, useErrors } from './contact.ts';
import { asGuest } from './guest.ts';
import { safeNext } from './links.ts';

export function SignIn() {
  const commune = useCommune();
  const { query, route } = useLocation();
  // Where to is what the address said at first: it changes before this screen is gone.
  const [next] = useState(() => safeNext(query.next, `/${commune.id}/me`));
  const session = useSession();
  const [here, setHere] = useState(false);
  // Who arrives signed in is told so; who signs in here goes on by itself.
  const done = () => {
    setHere(true);
    route(next, true);
  };
  if (session && !here) {
    return (
      <Page title={t.resident.signIn.title} where={commune.name} class="narrow">
        <p>{t.resident.signIn.already}</p>
        <p>
          <a class="button main" href={next}>
            {t.resident.signIn.go}
          </a>
        </p>
      </Page>
    );
  }
  return (
    <Page title={t.resident.signIn.title} where={commune.name} lead={t.resident.signIn.lead} class="narrow">
      <SignInForm onDone={done} />
    </Page>
  );
}

/** Both steps; the session is open when `onDone` is called. */
export function SignInForm({ onDone }: { onDone: () => void }) {
  const commune = useCommune();
  const [contact, setContact] = useState<Contact | null>(null);
  const [sent, setSent] = useState<Schemas['CodeSent'] | null>(null);
  const send = async (to: Contact) => {
    const path = { path: { commune: commune.id } };
    setSent(
      await asGuest(commune.id, (headers) =>
        body(api.POST('/v1/{commune}/challenges', { params: path, headers, body: { contact: to } })),
      ),
    );
    setContact(to);
  };
  if (!contact || !sent) return <AskContact button={t.resident.code.get} submit={send} />;
  const redeem = async (code: string) => {
    const opened = body(
      api.POST('/v1/{commune}/sessions', {
        params: { path: { commune: commune.id } },
        headers: COOKIE,
        body: { contact, code },
      }),
    );
    takeSession(await opened);
    announce(t.resident.signIn.done);
    onDone();
  };
  return (
    <AskCode
      sent={sent}
      button={t.resident.signIn.button}
      submit={redeem}
      again={() => send(contact)}
      other={() => setSent(null)}
    />
  );
}

/** One field for a phone number or an address. */
export function AskContact(props: { button: string; submit: (contact: Contact) => Promise<void> }) {
  const [typed, setTyped] = useState('');
  const errors = useErrors();
  const submit = async () => {
    errors.clear();
    try {
      await props.submit(readContact(typed));
    } catch (error) {
      throw inWords(error);
    }
  };
  return (
    <Form submit={submit} button={props.button} onError={errors.set}>
      <TextField
        label={t.resident.contact.label}
        hint={t.resident.contact.hint}
        error={errors.at('contact')}
        value={typed}
        onText={setTyped}
        autocomplete="email"
        name="contact"
        maxLength={254}
      />
    </Form>
  );
}

/** The code that was sent there. */
export function AskCode(props: {
  sent: Schemas['CodeSent'];
  button: string;
  submit: (code: string) => Promise<void>;
  again: () => Promise<void>;
  other: () => void;
}) {
  const [typed, setTyped] = useState('');
  const errors = useErrors();
  const step = useRef<HTMLDivElement>(null);
  // The field before is gone: whoever types goes on here.
  useEffect(() => step.current?.querySelector('input')?.focus(), []);
  const submit = async () => {
    errors.clear();
    try {
      await props.submit(readCode(typed));
    } catch (error) {
      throw inWords(error);
    }
  };
  return (
    <div ref={step}>
      <Form submit={submit} button={props.button} onError={errors.set}>
        <CodeField sent={props.sent} value={typed} onText={setTyped} error={errors.at('code')} />
      </Form>
      <div class="actions below">
        <Resend sent={props.sent} again={props.again} />
        <button type="button" class="quiet" onClick={props.other}>
          {t.resident.code.other}
        </button>
      </div>
    </div>
  );
}
