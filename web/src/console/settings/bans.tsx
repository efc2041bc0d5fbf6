// `/{c}/console/bans`: who may not write to the commune for a while, why and until when.

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { day } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Check, Choices, Form, TextField } from '../../ui/form.tsx';
import { usePages } from '../../ui/load.ts';
import { More, Page } from '../../ui/page.tsx';
import { dayOf, daysAfter, endOf } from '../../ui/paris.ts';
import { told } from '../../ui/rules.ts';
import { theirs } from '../../ui/their.tsx';
import { useCommuneId } from './desk.ts';
import { Explained } from './general.tsx';
import { who } from './history.tsx';
import { d } from './texts/index.ts';

type Ban = Schemas['BanView'];

export function Bans() {
  const commune = useCommuneId();
  const b = d.bans;
  const path = { commune };
  // A report's page may lead here with the account that sent it.
  const { query } = useLocation();
  const [adding, add] = useState(Boolean(query.account));
  const [lifting, lift] = useState<Ban | null>(null);
  const pages = usePages(`bans ${commune}`, async (cursor) => {
    const asked = { limit: 50, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/{commune}/bans', { params: { path, query: asked } }));
    return { items: page.bans, next: page.next };
  });
  return (
    <Page title={b.title} lead={b.lead} class="desk">
      <p>
        <button type="button" onClick={() => add(true)}>
          {b.add}
        </button>
      </p>
      {!pages.loading && !pages.error && pages.items.length === 0 && <p>{b.none}</p>}
      <ul class="plain rows">
        {pages.items.map((ban) => (
          <li key={ban.id} class="row">
            <span class="what">
              <strong>{b.kind[(ban.id.split('-')[0] ?? 'account') as keyof typeof b.kind] ?? ban.id}</strong>{' '}
              {ban.shown}
              <span class="reason" lang={theirs()}>
                {ban.reason}
              </span>
              <small>{b.since(day(ban.since), day(ban.until), who(ban.by) ?? '')}</small>
            </span>
            <button type="button" aria-label={b.liftOf(ban.shown)} onClick={() => lift(ban)}>
              {b.lift}
            </button>
          </li>
        ))}
      </ul>
      <More of={pages} />
      {adding && (
        <Dialog title={b.add} close={() => add(false)}>
          <BanForm
            commune={commune}
            account={query.account ?? ''}
            done={() => {
              add(false);
              announce(b.added);
              pages.reload();
            }}
          />
        </Dialog>
      )}
      {lifting && (
        <Confirm
          title={b.liftOf(lifting.shown)}
          button={b.lift}
          close={() => lift(null)}
          run={async () => {
            const params = { path: { commune, ban: lifting.id } };
            await body(api.DELETE('/v1/{commune}/bans/{ban}', { params }));
            announce(b.lifted);
            pages.reload();
          }}
        >
          <p>{b.liftText}</p>
        </Confirm>
      )}
    </Page>
  );
}

function BanForm({ commune, account: known, done }: { commune: string; account: string; done: () => void }) {
  const b = d.bans;
  const [of, setOf] = useState<'account' | 'phone' | 'email' | 'network'>('account');
  const [whom, setWhom] = useState(known);
  const [devices, setDevices] = useState(false);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(daysAfter(dayOf(), 30));
  const [error, setError] = useState<Error | null>(null);
  const field = (...names: string[]) =>
    error instanceof ProblemError ? (names.map((n) => error.field(n)).find((found) => found) ?? null) : null;
  const submit = async () => {
    setError(null);
    const said = whom.trim();
    const target =
      of === 'account'
        ? { account: said, devices }
        : of === 'network'
          ? { network: said }
          : { contact: of === 'phone' ? { phone: said } : { email: said } };
    const ban = { ...target, reason, until: endOf(until || dayOf()) };
    const params = { path: { commune } };
    await told(body(api.POST('/v1/{commune}/bans', { params, body: ban as Schemas['NewBan'] })), {
      ...d.rules,
      malformed_id: b.malformedAccount,
    });
    done();
  };
  return (
    <Form submit={submit} button={b.add} onError={setError}>
      <Choices
        label={b.whom}
        options={(['account', 'phone', 'email', 'network'] as const).map((one) => ({
          value: one,
          label: b.of[one],
          hint: b.ofHint[one],
        }))}
        value={[of]}
        onChange={([one]) => setOf((one ?? 'account') as typeof of)}
      />
      <TextField
        label={b.of[of]}
        type={of === 'phone' ? 'tel' : of === 'email' ? 'email' : 'text'}
        autocomplete="off"
        value={whom}
        error={field('account', 'contact', 'network')}
        onText={setWhom}
      />
      {of === 'account' && (
        <Check label={<Explained label={b.devices} hint={b.devicesHint} />} checked={devices} onChange={setDevices} />
      )}
      <TextField
        label={b.reason}
        hint={b.reasonHint}
        maxLength={200}
        value={reason}
        error={field('reason')}
        onText={setReason}
      />
      <TextField label={b.until} type="date" value={until} error={field('until')} onText={setUntil} />
    </Form>
  );
}
