// `/{c}/console/launch`: the five phases as steps, what is ready, what residents are told, whom a pilot takes.

import { useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas, whole } from '../../api/client.ts';
import { ago, day, number, t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Check, Choices, Form, TextArea, TextField } from '../../ui/form.tsx';
import { useLoad } from '../../ui/load.ts';
import { Loading, Page } from '../../ui/page.tsx';
import { told } from '../../ui/rules.ts';
import { theirs } from '../../ui/their.tsx';
import { Ambassadors } from './ambassadors.tsx';
import { readSettings, type Settings, useCommuneId } from './desk.ts';
import { Explained } from './general.tsx';
import { Invites } from './invites.tsx';
import { Kit } from './kit.tsx';
import { d } from './texts/index.ts';
import { ZonesMap } from './zones-map.tsx';

type Phase = Schemas['Phase'];
type View = Schemas['LaunchView'];

const PHASES = ['draft', 'training', 'pilot', 'live', 'paused'] as const satisfies Phase[];

interface Now {
  view: View;
  version: number;
}

export function Launch() {
  const commune = useCommuneId();
  const l = d.launch;
  const path = { commune };
  const launch = useLoad(`launch ${commune}`, () => readLaunch(commune));
  const rest = useLoad(`launch ready ${commune}`, async () => {
    const [held, staff] = await Promise.all([
      readSettings(commune),
      body(api.GET('/v1/{commune}/staff', { params: { path, query: { limit: 100 } } })),
    ]);
    return { settings: held.settings, staff: staff.staff };
  });
  return (
    <Page title={l.title} lead={l.lead} class="desk">
      <Loading of={launch}>
        {(now) => (
          <>
            <Steps view={now.view} />
            {now.view.waiting ? <p>{l.waiting(now.view.waiting)}</p> : null}
            <Loading of={rest}>
              {({ settings, staff }) => (
                <>
                  {now.view.phase !== 'live' && <Ready commune={commune} settings={settings} staff={staff} />}
                  <Onward commune={commune} now={now} changed={launch.replace} reload={launch.reload} />
                  <Told commune={commune} now={now} settings={settings} changed={launch.replace} />
                  <Invites commune={commune} phase={now.view.phase} />
                  <Kit commune={commune} name={settings.name} />
                  <Ambassadors commune={commune} zones={settings.zones} />
                </>
              )}
            </Loading>
          </>
        )}
      </Loading>
    </Page>
  );
}

async function readLaunch(commune: string): Promise<Now> {
  const got = await whole(api.GET('/v1/{commune}/launch', { params: { path: { commune } } }));
  return { view: got.data, version: Number(got.response.headers.get('etag')?.replace(/\D/g, '') ?? 0) };
}

async function putLaunch(commune: string, launch: Schemas['Launch'], seen: number): Promise<Now> {
  const params = { path: { commune }, header: { 'If-Match': `"${seen}"` } };
  const call = whole(api.PUT('/v1/{commune}/launch', { params, body: launch }));
  const got = await told(call, { ...d.rules, version_conflict: d.launch.changedMeanwhile });
  return { view: got.data, version: Number(got.response.headers.get('etag')?.replace(/\D/g, '') ?? 0) };
}

/** What `PUT` takes of what `GET` answers. */
const bare = (view: View): Schemas['Launch'] => ({
  phase: view.phase,
  pilot: view.pilot,
  ...(view.launch_on ? { launch_on: view.launch_on } : {}),
  ...(view.message ? { message: view.message } : {}),
});

function Steps({ view }: { view: View }) {
  const l = d.launch;
  return (
    <ol class="plain steps-line">
      {PHASES.map((phase) => (
        <li
          key={phase}
          class={phase === view.phase ? 'step here' : 'step'}
          aria-current={phase === view.phase ? 'step' : undefined}
        >
          <strong>{l.phase[phase]}</strong>
          {phase === view.phase && <span class="tag">{view.since ? l.since(day(view.since)) : l.now}</span>}
          <small>{l.means[phase]}</small>
        </li>
      ))}
    </ol>
  );
}

/** What is set up already, looked up; what is not can be gone to. */
function Ready(props: { commune: string; settings: Settings; staff: Schemas['StaffView'][] }) {
  const { settings, staff } = props;
  const base = `/${props.commune}/console`;
  const l = d.launch.ready;
  const services = settings.services.filter((s) => !s.archived);
  const items: [boolean, string, string][] = [
    [settings.categories.some((c) => !c.archived), l.categories, `${base}/settings/categories`],
    [services.length > 0 && services.every((s) => s.email), l.mails, `${base}/settings/services`],
    [settings.routing.length > 0 || services.length === 1, l.routing, `${base}/settings/routing`],
    [Boolean(settings.texts.legal_notice && settings.texts.privacy_notice), l.notices, `${base}/settings/words`],
    [staff.filter((m) => m.role === 'administrator').length > 1, l.administrators, `${base}/staff`],
    [staff.some((m) => m.role === 'agent' || m.role === 'manager'), l.agents, `${base}/staff`],
  ];
  const open = items.filter(([done]) => !done).length;
  return (
    <section>
      <h2>{l.title}</h2>
      <p>{open === 0 ? l.all : l.missing(open)}</p>
      <ul class="plain checklist">
        {items.map(([done, words, href]) => (
          <li key={words} class={done ? 'done' : 'open'}>
            <span aria-hidden="true">{done ? '✓' : '○'}</span>
            <span>
              <span class="sr">{done ? l.done : l.toDo} </span>
              {done ? words : <a href={href}>{words}</a>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The phases that may follow, each behind a question that says what it does. */
function Onward(props: { commune: string; now: Now; changed: (now: Now) => void; reload: () => void }) {
  const { commune, now } = props;
  const { view } = now;
  const l = d.launch;
  const [asking, ask] = useState<Phase | null>(null);
  const [wiping, wipe] = useState(false);
  return (
    <section>
      <h2>{l.onward}</h2>
      {view.wipe && (
        <div class="notice" role="status">
          <p>{l.wiping(ago(view.wipe.ordered), number(view.wipe.removed))}</p>
          <button type="button" onClick={props.reload}>
            {l.look}
          </button>
        </div>
      )}
      {view.phase === 'training' && !view.wipe && (
        <>
          <p>{l.trainingEnds}</p>
          <button type="button" class="danger" onClick={() => wipe(true)}>
            {l.wipe}
          </button>
        </>
      )}
      <div class="actions tight">
        {view.next.map((phase) => (
          <button
            key={phase}
            type="button"
            class={phase === 'live' && view.phase !== 'draft' ? 'main' : ''}
            onClick={() => ask(phase)}
          >
            {l.go[phase]}
          </button>
        ))}
      </div>
      {asking && (
        <Confirm
          title={l.go[asking]}
          button={l.go[asking]}
          close={() => ask(null)}
          run={async () => {
            try {
              props.changed(await putLaunch(commune, { ...bare(view), phase: asking }, now.version));
              announce(l.changedTo(l.phase[asking]));
            } catch (error) {
              if (error instanceof ProblemError && error.status === 412) props.reload();
              throw error;
            }
          }}
        >
          <p>{l.goMeans[asking]}</p>
        </Confirm>
      )}
      {wiping && (
        <Confirm
          title={l.wipe}
          button={l.wipeNow}
          typed={{ word: l.wipeWord, label: l.wipeType(l.wipeWord) }}
          close={() => wipe(false)}
          run={async () => {
            await body(api.POST('/v1/{commune}/launch/wipe', { params: { path: { commune } } }));
            announce(l.wipeOrdered);
            props.reload();
          }}
        >
          <p>{l.wipeText}</p>
        </Confirm>
      )}
    </section>
  );
}

/** The day, the words to whoever comes too early, and whom a pilot takes. */
function Told(props: { commune: string; now: Now; settings: Settings; changed: (now: Now) => void }) {
  const { commune, now, settings } = props;
  const l = d.launch;
  const { view } = now;
  const [launchOn, setLaunchOn] = useState(view.launch_on ?? '');
  const [message, setMessage] = useState(view.message ?? '');
  const [pilot, setPilot] = useState(view.pilot);
  const [error, setError] = useState<Error | null>(null);
  const field = (name: string) => (error instanceof ProblemError ? error.field(name) : null);
  const inUse = <T extends { id: string; archived: boolean }>(list: T[], chosen: string[]) =>
    list.filter((one) => !one.archived || chosen.includes(one.id));
  const submit = async () => {
    setError(null);
    const said = {
      ...(launchOn ? { launch_on: launchOn } : {}),
      ...(message.trim() ? { message } : {}),
      pilot,
    };
    let base = now;
    for (let turn = 0; ; turn++) {
      try {
        props.changed(await putLaunch(commune, { ...said, phase: base.view.phase }, base.version));
        return announce(t.common.saved);
      } catch (thrown) {
        const stale = thrown instanceof ProblemError && thrown.status === 412 && turn < 2;
        if (!stale) throw thrown;
        // Only another change of phase is taken along; another's words are not written over.
        const newest = await readLaunch(commune);
        const untouched =
          JSON.stringify({ ...bare(newest.view), phase: 0 }) === JSON.stringify({ ...bare(base.view), phase: 0 });
        if (!untouched) {
          props.changed(newest);
          throw thrown;
        }
        base = newest;
      }
    }
  };
  const live = view.phase === 'live';
  return (
    <section>
      <h2>{l.told}</h2>
      <Form submit={submit} button={t.common.save} onError={setError}>
        {!live && (
          <TextField
            label={l.launchOn}
            hint={l.launchOnHint}
            optional
            type="date"
            value={launchOn}
            error={field('launch_on')}
            onText={setLaunchOn}
          />
        )}
        <TextArea
          label={l.message}
          hint={l.messageHint}
          optional
          rows={3}
          limit={2000}
          value={message}
          error={field('message')}
          onText={setMessage}
        />
        {!live && (
          <fieldset class="field">
            <legend>{l.pilot}</legend>
            <p class="hint">{l.pilotHint}</p>
            <Check
              label={<Explained label={l.inviteOnly} hint={l.inviteOnlyHint} />}
              checked={pilot.invite_only}
              onChange={(invite_only) => setPilot({ ...pilot, invite_only })}
            />
            {settings.zones.length > 0 && (
              <Choices
                label={l.zones}
                hint={l.zonesHint}
                optional
                multiple
                class="columns"
                options={inUse(settings.zones, pilot.zones).map((z) => ({
                  value: z.id,
                  label: z.name,
                  lang: theirs(),
                }))}
                value={pilot.zones}
                error={field('pilot.zones')}
                onChange={(zones) => setPilot({ ...pilot, zones })}
              />
            )}
            <p>
              <a href={`/${commune}/console/settings/zones/new`}>
                {settings.zones.some((z) => !z.archived) ? l.drawZone : d.zones.add}
              </a>
            </p>
            {settings.zones.length > 0 && <ZonesMap settings={settings} chosen={pilot.zones} />}
            <Choices
              label={l.categories}
              hint={l.categoriesHint}
              optional
              multiple
              class="columns"
              options={inUse(settings.categories, pilot.categories).map((c) => ({
                value: c.id,
                label: c.name,
                lang: theirs(),
              }))}
              value={pilot.categories}
              error={field('pilot.categories')}
              onChange={(categories) => setPilot({ ...pilot, categories })}
            />
          </fieldset>
        )}
      </Form>
    </section>
  );
}
