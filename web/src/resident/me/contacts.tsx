// One's phone number and address, changed by a code to both the new contact and the present one.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Form, TextField } from '../../ui/form.tsx';
import { CodeField, Resend } from '../code-field.tsx';
import { type Contact, inWords, readCode, readContact, refused, useErrors } from '../contact.ts';
import type { Mine } from '../me.tsx';

type Which = 'phone' | 'email';

export function Contacts(mine: Mine) {
  const { me } = mine;
  const [changing, change] = useState<Which | null>(null);
  const words = t.resident.me;
  const rows = [
    {
      which: 'phone' as const,
      label: t.resident.contact.phoneLabel,
      value: me.phone,
      add: words.addPhone,
      edit: words.changePhone,
    },
    {
      which: 'email' as const,
      label: t.resident.contact.emailLabel,
      value: me.email,
      add: words.addEmail,
      edit: words.changeEmail,
    },
  ];
  return (
    <>
      {rows.map(({ which, label, value, add, edit }) => (
        <div key={which} class="card contact">
          <p>
            <strong>{label}</strong>
            <span>{value ?? words.none}</span>
          </p>
          {changing === which ? (
            <Change {...mine} which={which} close={() => change(null)} />
          ) : (
            <button type="button" onClick={() => change(which)}>
              {value ? edit : add}
            </button>
          )}
        </div>
      ))}
      <div class="card contact">
        <p>
          <strong>{words.account}</strong>
          <code>{me.id}</code>
        </p>
        <p class="small">{words.accountText}</p>
      </div>
    </>
  );
}

function Change({ commune, which, replace, close }: Mine & { which: Which; close: () => void }) {
  const [typed, setTyped] = useState('');
  const [contact, setContact] = useState<Contact | null>(null);
  const [sent, setSent] = useState<Schemas['CodesSent'] | null>(null);
  const [code, setCode] = useState('');
  const [current, setCurrent] = useState('');
  const errors = useErrors();
  const step = useRef<HTMLDivElement>(null);
  const params = { path: { commune: commune.id } };
  const words = t.resident.me;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step begins at its first field
  useEffect(() => step.current?.querySelector('input')?.focus(), [sent === null]);

  const send = async (wanted: Contact) =>
    setSent(await body(api.POST('/v1/{commune}/me/contacts', { params, body: { contact: wanted } })));
  const begin = async () => {
    errors.clear();
    const wanted = readContact(typed);
    if (!(which in wanted)) throw refused('contact', t.resident.contact[which]);
    try {
      await send(wanted);
      setContact(wanted);
    } catch (error) {
      throw inWords(error);
    }
  };
  const finish = async () => {
    errors.clear();
    if (!contact) return;
    const proof = { contact, code: readCode(code), current_code: readCode(current, 'current_code') };
    try {
      replace(await body(api.PUT('/v1/{commune}/me/contacts', { params, body: proof })));
      announce(words.contactSaved);
      close();
    } catch (error) {
      const taken = error instanceof ProblemError && error.code === 'contact_taken';
      throw taken ? refused('', words.contactTaken) : inWords(error);
    }
  };
  const cancel = (
    <button type="button" onClick={close}>
      {t.common.cancel}
    </button>
  );
  return (
    <div ref={step}>
      {sent ? (
        <Form key="codes" submit={finish} button={t.common.save} onError={errors.set} beside={cancel}>
          <CodeField
            sent={sent.new}
            label={words.codeNew(sent.new.sent_to)}
            value={code}
            onText={setCode}
            error={errors.at('code')}
          />
          <CodeField
            sent={sent.current}
            label={words.codeCurrent(sent.current.sent_to)}
            typed
            value={current}
            onText={setCurrent}
            error={errors.at('current_code')}
          />
          {contact && <Resend sent={sent.new} again={() => send(contact)} />}
        </Form>
      ) : (
        <Form key="contact" submit={begin} button={t.resident.code.get} onError={errors.set} beside={cancel}>
          <TextField
            label={which === 'phone' ? t.resident.contact.phoneLabel : t.resident.contact.emailLabel}
            hint={words.twoCodes}
            error={errors.at('contact')}
            type={which === 'phone' ? 'tel' : 'email'}
            autocomplete={which === 'phone' ? 'tel' : 'email'}
            value={typed}
            onText={setTyped}
            maxLength={254}
          />
        </Form>
      )}
    </div>
  );
}
