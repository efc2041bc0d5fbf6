// One's own data: a copy to take away, and the end of the account.

import { useEffect, useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { signOut } from '../../api/session.ts';
import { stopPush } from '../../offline/push.ts';
import { dayTime, number, t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices, Form } from '../../ui/form.tsx';
import { Failure, Spinner } from '../../ui/page.tsx';
import type { Commune } from '../commune.ts';
import { type Contact, refused } from '../contact.ts';
import type { Mine } from '../me.tsx';
import { forgetLists } from '../reports-data.ts';
import { AskCode } from '../sign-in.tsx';

/** How often it is asked whether the copy is there. */
const ASK_AGAIN = 3000;

export function Export({ commune }: { commune: Commune }) {
  const [view, setView] = useState<Schemas['ExportView'] | null>(null);
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const words = t.resident.me;
  const id = commune.id;
  const running = view?.state === 'running' && !error;
  useEffect(() => {
    let current = true;
    // Whoever left while it was prepared finds it; where none is, or nobody can say, there is the button.
    read(id)
      .then((found) => current && setView(found))
      .catch(() => {})
      .finally(() => current && setAsked(true));
    return () => {
      current = false;
    };
  }, [id]);
  const order = async () => {
    setError(null);
    try {
      // While there is one, this answers that one.
      setView(await body(api.POST('/v1/{commune}/me/export', { params: { path: { commune: id } } })));
    } catch (thrown) {
      setError(thrown as Error);
    }
  };
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      read(id).then(
        (now) => {
          if (now.state === 'ready') announce(now.until ? words.exportReady(dayTime(now.until)) : t.common.saved);
          setView(now);
        },
        (thrown: Error) => setError(thrown),
      );
    }, ASK_AGAIN);
    return () => clearInterval(timer);
  }, [running, id, words]);
  return (
    <div class="card">
      <h3>{words.export}</h3>
      <p>{words.exportText}</p>
      {error && <Failure error={error} retry={order} />}
      {!asked && <Spinner />}
      {view?.state === 'running' && <p role="status">{words.exportRunning}</p>}
      {view?.state === 'ready' && (
        <>
          {view.until && <p>{words.exportReady(dayTime(view.until))}</p>}
          <ul class="plain">
            {view.files.map((file, i) => (
              <li key={file.url}>
                <a class="button" href={file.url} download>
                  {words.exportFile(i + 1, view.files.length, size(file.bytes))}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      {!view && asked && (
        <button type="button" onClick={order}>
          {words.export}
        </button>
      )}
    </div>
  );
}

/** How far one's copy is; 404 where none was ordered. */
const read = (commune: string) => body(api.GET('/v1/{commune}/me/export', { params: { path: { commune } } }));

function size(bytes: number): string {
  const unit = bytes < 1_000_000 ? 'kilobyte' : 'megabyte';
  const value = Math.max(1, bytes / (unit === 'kilobyte' ? 1000 : 1_000_000));
  return number(value, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 });
}

export function Erase({ commune, me, onErased }: Mine & { onErased: () => void }) {
  const [asking, ask] = useState(false);
  const words = t.resident.me;
  return (
    <div class="card">
      <h3>{words.erase}</h3>
      <p>{words.eraseText}</p>
      <p>{words.eraseStays}</p>
      <button type="button" class="danger" onClick={() => ask(true)}>
        {words.erase}
      </button>
      {asking && (
        <Dialog title={words.erase} close={() => ask(false)}>
          <EraseSteps commune={commune} me={me} onErased={onErased} />
        </Dialog>
      )}
    </div>
  );
}

function EraseSteps(props: { commune: Commune; me: Schemas['MeView']; onErased: () => void }) {
  const { commune, me, onErased } = props;
  const own = { phone: me.phone, email: me.email };
  const [which, choose] = useState<'phone' | 'email'>(me.phone ? 'phone' : 'email');
  const [sent, setSent] = useState<Schemas['CodeSent'] | null>(null);
  const params = { path: { commune: commune.id } };
  const words = t.resident.me;
  const contact = { [which]: own[which] } as Contact;
  const send = async () => {
    setSent(await body(api.POST('/v1/{commune}/me/erasure', { params, body: { contact } })));
  };
  const erase = async (code: string) => {
    try {
      await body(api.DELETE('/v1/{commune}/me', { params, body: { contact, code } }));
    } catch (error) {
      const staff = error instanceof ProblemError && error.code === 'still_staff';
      throw staff ? refused('', words.eraseStaff) : error;
    }
    forgetLists();
    // The session went with the account; this device forgets what it kept.
    await stopPush(commune.id).catch(() => {});
    await signOut(commune.id).catch(() => {});
    onErased();
  };
  if (sent) {
    return <AskCode sent={sent} button={words.eraseNow} submit={erase} again={send} other={() => setSent(null)} />;
  }
  const options = (['phone', 'email'] as const).flatMap((value) => (own[value] ? [{ value, label: own[value] }] : []));
  return (
    <Form submit={send} button={words.eraseCode}>
      <p>{words.eraseStays}</p>
      <Choices
        label={words.eraseWhere}
        options={options}
        value={[which]}
        onChange={([value]) => choose(value === 'email' ? 'email' : 'phone')}
      />
    </Form>
  );
}
