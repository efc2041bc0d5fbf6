// `/{commune}/console/alerts/{id}`: one alert, what became of its message, and its all-clear.

import { useEffect, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { dayTime, t } from '../../texts/index.ts';
import { AlertWords, facts, Severity, whenOver } from '../../ui/alert-bits.tsx';
import { type Alert, useFreshWhenSeen, useInForce, WORDS } from '../../ui/alerts.ts';
import { announce } from '../../ui/announce.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { TextArea } from '../../ui/form.tsx';
import { useLoad } from '../../ui/load.ts';
import { Loading, Page } from '../../ui/page.tsx';
import { theirs } from '../../ui/their.tsx';
import { consolePath } from '../gate.tsx';
import { mayAlert, useStaff } from '../staff.ts';
import { c } from '../texts/index.ts';

/** How often it is asked whether a message is out. */
const EVERY = 3000;

export function AlertPage() {
  const id = useRoute().params.id ?? '';
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const { commune } = useStaff();
  const params = { path: { commune: commune.id, alert: id } };
  const loaded = useLoad(`console alert ${commune.id} ${id}`, () =>
    body(api.GET('/v1/{commune}/alerts/{alert}', { params })),
  );
  useFreshWhenSeen(loaded);
  useUntilTold(loaded.data, loaded.reload);
  const { data: alert, error } = loaded;
  const unknown = error instanceof ProblemError && [400, 404, 422].includes(error.status);
  return (
    <Page
      title={unknown ? t.resident.alerts.unknown : (alert?.headline ?? c.alerts.one.title)}
      titleLang={alert && !unknown ? theirs() : undefined}
      where={commune.name}
      class="desk"
    >
      <p class="up">
        <a class="stand-alone" href={consolePath(commune.id, '/alerts')}>
          ← {c.alerts.one.back}
        </a>
      </p>
      {unknown ? (
        <p>{t.resident.alerts.unknownText}</p>
      ) : (
        <Loading of={loaded}>
          {(alert) => <Shown alert={alert} replace={loaded.replace} reload={loaded.reload} />}
        </Loading>
      )}
    </Page>
  );
}

/** Looks again while a message waits, and the page is looked at. */
function useUntilTold(alert: Alert | null, reload: () => void) {
  const waits = [alert?.told, alert?.ended?.told].some((told) => told?.state === 'waiting');
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, EVERY);
    return () => clearInterval(timer);
  }, [waits, reload]);
}

function Shown(props: { alert: Alert; replace: (alert: Alert) => void; reload: () => void }) {
  const { commune, me } = useStaff();
  const { alert } = props;
  const holds = useInForce([alert]).length > 0;
  const words = c.alerts.one;
  return (
    <>
      {holds ? (
        <p>
          <Severity alert={alert} />
        </p>
      ) : (
        <div class="notice good">
          <p>
            <strong>{whenOver(alert, false)}</strong>
          </p>
          {alert.ended && (
            <p class="alert-words" lang={alert.ended.note ? theirs() : undefined}>
              {alert.ended.note ?? t.alert.allClear}
            </p>
          )}
        </div>
      )}
      <Told title={words.toldTitle} told={alert.told} lost={words.lost} />
      <Told title={words.endToldTitle} told={alert.ended?.told} lost={words.endLost} />
      {holds && mayAlert(me) && <End {...props} />}
      <AlertWords alert={alert} holds={holds} lang={theirs()} />
      <p class="small">{facts(alert, holds)}</p>
      <p>
        <a href={`/${commune.id}/alerts/${alert.id}`}>{words.publicPage}</a>
      </p>
    </>
  );
}

/** What became of a message, and why it did not go out; the platform has forgotten it after some months. */
function Told(props: { title: string; told: Schemas['Told'] | null | undefined; lost: string }) {
  const { title, told, lost } = props;
  if (!told) return null;
  const words = c.alerts.one.told;
  const [look, said] = {
    waiting: ['notice', words.waiting],
    sent: ['notice good', words.sent(told.at ? dayTime(told.at) : '')],
    not_sent: ['notice warn', `${words.notSent} ${lost}`],
    unsure: ['notice warn', words.unsure],
  }[told.state];
  return (
    <section>
      <h2>{title}</h2>
      <p role="status" class={look}>
        {said}
      </p>
    </section>
  );
}

/** The all-clear, after a question: everybody who was warned is told. */
function End({ alert, replace, reload }: { alert: Alert; replace: (alert: Alert) => void; reload: () => void }) {
  const { commune } = useStaff();
  const [asking, ask] = useState(false);
  const [note, setNote] = useState('');
  const words = c.alerts.end;
  const end = async () => {
    try {
      const params = { path: { commune: commune.id, alert: alert.id } };
      const sent = { note: note.trim() || null };
      replace(await body(api.POST('/v1/{commune}/alerts/{alert}/end', { params, body: sent })));
      announce(words.done);
    } catch (error) {
      // A colleague was faster, or an answer was lost: it is over, and shown as it is.
      if (!(error instanceof ProblemError && error.status === 409)) throw error;
      announce(words.before);
      reload();
    }
  };
  return (
    <div class="actions">
      <button type="button" class="main" onClick={() => ask(true)}>
        {words.act}
      </button>
      {asking && (
        <Confirm title={words.title} button={words.act} run={end} close={() => ask(false)}>
          <p>{words.text}</p>
          <TextArea
            label={words.note}
            hint={words.noteHint}
            optional
            rows={3}
            maxLength={WORDS}
            limit={WORDS}
            value={note}
            onText={setNote}
          />
        </Confirm>
      )}
    </div>
  );
}
