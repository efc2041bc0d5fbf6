// `/operator/communes/{id}`: one commune: plan, usage, suspension and departure, export, an administrator's lost factor.

import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { api, body, ProblemError, type Schemas } from '../api/client.ts';
import { day, number } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { bytes, ExportOf } from '../ui/export.tsx';
import { Form, TextField } from '../ui/form.tsx';
import { useLoad } from '../ui/load.ts';
import { MonthSelect, months } from '../ui/months.tsx';
import { Loading, Page } from '../ui/page.tsx';
import { fieldOf } from '../ui/refused.ts';
import { told } from '../ui/rules.ts';
import { State } from './communes.tsx';
import { PlanFields } from './plan.tsx';
import { o } from './texts/index.ts';

type Subscription = Schemas['SubscriptionView'];

export function CommuneScreen() {
  const id = useRoute().params.id ?? '';
  const path = { commune: id };
  const loaded = useLoad(`subscription ${id}`, () =>
    body(api.GET('/v1/operator/communes/{commune}', { params: { path } })),
  );
  const c = o.commune;
  return (
    <Page title={loaded.data?.name ?? id} where={o.title}>
      <p>
        <a href="/operator/">← {o.communes.title}</a>
      </p>
      <Loading of={loaded}>
        {(one) => (
          <>
            <Facts one={one} />
            {one.state === 'removed' ? (
              <p>{c.notThere}</p>
            ) : (
              <>
                <p>
                  <a class="stand-alone" href={`/${one.id}/`}>
                    {c.open}
                  </a>
                </p>
                <PlanOf key={one.since} one={one} changed={loaded.replace} />
                <Acts one={one} changed={loaded.replace} />
                <UsageOf id={one.id} />
                <h2>{o.exporting.title}</h2>
                <ExportOf
                  of={one.id}
                  read={() => body(api.GET('/v1/operator/communes/{commune}/export', { params: { path } }))}
                  order={() => body(api.POST('/v1/operator/communes/{commune}/export', { params: { path } }))}
                  words={o.exporting}
                />
                <FactorOf id={one.id} />
              </>
            )}
          </>
        )}
      </Loading>
    </Page>
  );
}

function Facts({ one }: { one: Subscription }) {
  const c = o.commune;
  const facts: [string, string | null | undefined][] = [
    [c.insee, one.insee],
    [c.department, one.department],
    [c.population, one.population ? number(one.population) : null],
    [c.subscribed, day(one.subscribed)],
    [c.since, day(one.since)],
    [c.reason, one.reason],
    [c.leaves, one.leaves ? day(one.leaves) : null],
  ];
  return (
    <section class="card" aria-label={c.facts}>
      <State of={one} />
      <dl class="facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

function PlanOf({ one, changed }: { one: Subscription; changed: (one: Subscription) => void }) {
  const [plan, setPlan] = useState(one.plan);
  const [error, setError] = useState<Error | null>(null);
  return (
    <section>
      <h2>{o.plan.title}</h2>
      <Form
        button={o.plan.save}
        onError={setError}
        submit={async () => {
          setError(null);
          const params = { path: { commune: one.id } };
          changed(await told(body(api.PUT('/v1/operator/communes/{commune}/plan', { params, body: plan })), o.rules));
          announce(o.plan.saved);
        }}
      >
        <PlanFields value={plan} set={setPlan} wrong={(field) => fieldOf(error, field)} />
      </Form>
    </section>
  );
}

type Act = 'suspend' | 'resume' | 'remove';

/** Suspending, leaving, and back from both. */
function Acts({ one, changed }: { one: Subscription; changed: (one: Subscription) => void }) {
  const a = o.acts;
  const [asking, ask] = useState<Act | null>(null);
  const acts: Act[] =
    one.state === 'active' ? ['suspend', 'remove'] : one.state === 'suspended' ? ['resume', 'remove'] : ['resume'];
  return (
    <section>
      <h2>{a.title}</h2>
      <div class="actions">
        {acts.map((act) => (
          <button key={act} type="button" class={act === 'resume' ? '' : 'danger'} onClick={() => ask(act)}>
            {a[act]}
          </button>
        ))}
      </div>
      {asking && (
        <Dialog title={a[`${asking}Title`]} close={() => ask(null)}>
          <p>{a[`${asking}Text`]}</p>
          <ActForm
            id={one.id}
            act={asking}
            done={(now, words) => {
              ask(null);
              changed(now);
              announce(words);
            }}
          />
        </Dialog>
      )}
    </section>
  );
}

function ActForm({ id, act, done }: { id: string; act: Act; done: (now: Subscription, words: string) => void }) {
  const a = o.acts;
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const params = { path: { commune: id } };
  const words = { ...o.rules, suspended_already: a.already, not_suspended: a.already };
  const submit = async () => {
    setError(null);
    if (act === 'resume')
      return done(await told(body(api.POST('/v1/operator/communes/{commune}/resume', { params })), words), a.resumed);
    const sent = { params, body: { reason } };
    if (act === 'suspend')
      return done(await told(body(api.POST('/v1/operator/communes/{commune}/suspend', sent)), words), a.suspended);
    if (typed.trim() !== id) {
      const errors = [{ field: 'typed', code: 'missing', detail: a.removeType(id) }];
      throw new ProblemError({ type: 'urn:parvis:problem:invalid', title: '', status: 422, detail: '', errors });
    }
    done(await told(body(api.DELETE('/v1/operator/communes/{commune}', sent)), words), a.leaving);
  };
  return (
    <Form button={a[act]} submit={submit} onError={setError}>
      {act !== 'resume' && (
        <TextField
          label={a.reason}
          hint={a.reasonHint}
          maxLength={300}
          value={reason}
          error={fieldOf(error, 'reason')}
          onText={setReason}
        />
      )}
      {act === 'remove' && (
        <TextField
          label={a.removeType(id)}
          autocomplete="off"
          value={typed}
          error={fieldOf(error, 'typed')}
          onText={setTyped}
        />
      )}
    </Form>
  );
}

function UsageOf({ id }: { id: string }) {
  const c = o.commune;
  const [month, setMonth] = useState(months()[0] ?? '');
  const params = { path: { commune: id }, query: { month } };
  const loaded = useLoad(`usage ${id} ${month}`, () =>
    body(api.GET('/v1/operator/communes/{commune}/usage', { params })),
  );
  return (
    <section>
      <h2>{c.usage}</h2>
      <MonthSelect label={c.month} value={month} set={setMonth} />
      <Loading of={loaded}>
        {(used) => (
          <dl class="facts">
            {(
              [
                [c.reports, number(used.reports)],
                [c.residents, number(used.active_residents)],
                [c.sms, number(used.sms_parts)],
                [c.notices, [used.notices.push, used.notices.email, used.notices.sms].map((n) => number(n)).join(', ')],
                [c.photos, bytes(used.photo_bytes_stored)],
                [c.photosAdded, bytes(used.photo_bytes_added)],
              ] as const
            ).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </Loading>
    </section>
  );
}

/** An administrator who lost app and recovery codes, and whom nobody in the commune can help. */
function FactorOf({ id }: { id: string }) {
  const f = o.factor;
  // Known right after the subscription, and to nobody here later.
  const [account, setAccount] = useState(useLocation().query.administrator ?? '');
  const [error, setError] = useState<Error | null>(null);
  return (
    <section>
      <h2>{f.title}</h2>
      <p>{f.lead}</p>
      <Form
        button={f.button}
        onError={setError}
        submit={async () => {
          setError(null);
          const params = { path: { commune: id, account: account.trim() || '-' } };
          const call = api.DELETE('/v1/operator/communes/{commune}/staff/{account}/totp', { params });
          const words = {
            not_found: f.unknown,
            forbidden: f.notAdministrator,
            malformed_id: f.unknown,
            invalid: f.unknown,
          };
          await told(body(call), words);
          setAccount('');
          announce(f.done);
        }}
      >
        <TextField
          label={f.account}
          hint={f.accountHint}
          autocomplete="off"
          value={account}
          error={error instanceof ProblemError ? error.message : null}
          onText={setAccount}
        />
      </Form>
    </section>
  );
}
