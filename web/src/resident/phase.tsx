// What a commune that is not open to everybody yet says, and how to be told when it is.

import { useState } from 'preact/hooks';
import { api, body, type Schemas } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { day, t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Form } from '../ui/form.tsx';
import { Around, theirs } from '../ui/their.tsx';
import type { Commune } from './commune.ts';
import type { Contact } from './contact.ts';
import { asGuest } from './guest.ts';
import { AskCode, AskContact } from './sign-in.tsx';

export function PhaseNotice({ commune }: { commune: Commune }) {
  const { phase, launch_on, message, pilot } = commune.launch;
  const [asking, ask] = useState(false);
  if (phase === 'live') return null;
  const words = t.resident.phase;
  const zones = commune.zones.filter((z) => pilot?.zones?.includes(z.id)).map((z) => z.name);
  const categories = commune.categories.filter((c) => pilot?.categories?.includes(c.id)).map((c) => c.name);
  return (
    <section class="notice phase">
      <p>{words[phase](commune.name)}</p>
      {message && (
        <p class="lines" lang={theirs()}>
          {message}
        </p>
      )}
      {launch_on && phase !== 'paused' && <p>{words.opens(day(launch_on))}</p>}
      {zones.length > 0 && (
        <p>
          <Around say={words.pilotZones}>{zones.join(', ')}</Around>
        </p>
      )}
      {categories.length > 0 && (
        <p>
          <Around say={words.pilotCategories}>{categories.join(', ')}</Around>
        </p>
      )}
      {pilot?.invite_only && <p>{words.pilotInvited}</p>}
      {asking ? (
        <Interest commune={commune} />
      ) : (
        <div class="actions">
          {(pilot?.invite_only || phase === 'training') && (
            <a class="button" href={`/${commune.id}/join`}>
              {words.haveCode}
            </a>
          )}
          <button type="button" onClick={() => ask(true)}>
            {words.tellMe}
          </button>
        </div>
      )}
    </section>
  );
}

/** A guest gives a contact and its code; who is signed in only says so. */
function Interest({ commune }: { commune: Commune }) {
  const session = useSession();
  const words = t.resident.phase;
  const [contact, setContact] = useState<Contact | null>(null);
  const [sent, setSent] = useState<Schemas['CodeSent'] | null>(null);
  const [noted, note] = useState(false);
  const ask = async (interest: Schemas['NewInterest']) => {
    const path = { path: { commune: commune.id } };
    const view = await asGuest(commune.id, (headers) =>
      body(api.POST('/v1/{commune}/launch/interest', { params: path, headers, body: interest })),
    );
    if (view.noted) {
      note(true);
      announce(words.noted);
    } else if (view.code) setSent(view.code);
  };
  const send = async (to: Contact) => {
    await ask({ contact: to });
    setContact(to);
  };
  if (noted) return <p class="noted">{words.noted}</p>;
  if (session) {
    return (
      <Form submit={() => ask({})} button={words.tellMe}>
        <p class="small">
          {words.tellMeText} {words.tellMeSignedIn}
        </p>
      </Form>
    );
  }
  if (!contact || !sent) {
    return (
      <>
        <p class="small">{words.tellMeText}</p>
        <AskContact button={t.resident.code.get} submit={send} />
      </>
    );
  }
  return (
    <AskCode
      sent={sent}
      button={words.tellMe}
      submit={(code) => ask({ contact, code })}
      again={() => send(contact)}
      other={() => setSent(null)}
    />
  );
}
