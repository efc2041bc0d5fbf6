// Residents who see how their zones take to it, and may say that they are ambassadors.

import { useState } from 'preact/hooks';
import { api, body, ProblemError, type Schemas } from '../../api/client.ts';
import { day } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices, Form, TextField } from '../../ui/form.tsx';
import { usePages } from '../../ui/load.ts';
import { More } from '../../ui/page.tsx';
import { told } from '../../ui/rules.ts';
import { Marked, theirs } from '../../ui/their.tsx';
import type { Zone } from './desk.ts';
import { d } from './texts/index.ts';

type Ambassador = Schemas['AmbassadorView'];

export function Ambassadors({ commune, zones }: { commune: string; zones: Zone[] }) {
  const a = d.ambassadors;
  const path = { commune };
  const pages = usePages(`ambassadors ${commune}`, async (cursor) => {
    const query = { limit: 50, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/{commune}/launch/ambassadors', { params: { path, query } }));
    return { items: page.ambassadors, next: page.next };
  });
  const [open, show] = useState<'new' | Ambassador | null>(null);
  const [ending, end] = useState<Ambassador | null>(null);
  const named = (ids: string[]) => ids.map((id) => zones.find((z) => z.id === id)?.name ?? id).join(', ');
  const offered = zones.filter((z) => !z.archived);
  return (
    <section>
      <h2>{a.title}</h2>
      <p>{a.lead}</p>
      {offered.length === 0 ? (
        <p>
          {a.noZones} <a href={`/${commune}/console/settings/zones/new`}>{d.zones.add}</a>
        </p>
      ) : (
        <p>
          <button type="button" onClick={() => show('new')}>
            {a.add}
          </button>
        </p>
      )}
      {!pages.loading && !pages.error && pages.items.length === 0 && <p>{a.none}</p>}
      <ul class="plain rows">
        {pages.items.map((one) => (
          <li key={one.account} class="row">
            <span class="what">
              <code>{one.account}</code>
              <small>
                <Marked text={a.since(named(one.zones), day(one.since))} of={[named(one.zones)]} />
              </small>
            </span>
            <span class="acts">
              <button type="button" aria-label={a.changeOf(one.account)} onClick={() => show(one)}>
                {a.change}
              </button>
              <button type="button" aria-label={a.endOf(one.account)} onClick={() => end(one)}>
                {a.end}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <More of={pages} />
      {open && (
        <Dialog title={open === 'new' ? a.add : a.change} close={() => show(null)}>
          <AmbassadorForm
            commune={commune}
            one={open === 'new' ? null : open}
            zones={offered}
            done={() => {
              show(null);
              announce(a.saved);
              pages.reload();
            }}
          />
        </Dialog>
      )}
      {ending && (
        <Confirm
          title={a.end}
          button={a.end}
          close={() => end(null)}
          run={async () => {
            const params = { path: { commune, account: ending.account } };
            await body(api.DELETE('/v1/{commune}/launch/ambassadors/{account}', { params }));
            announce(a.ended);
            pages.reload();
          }}
        >
          <p>{a.endText}</p>
        </Confirm>
      )}
    </section>
  );
}

function AmbassadorForm(props: { commune: string; one: Ambassador | null; zones: Zone[]; done: () => void }) {
  const a = d.ambassadors;
  const { commune, one } = props;
  const [account, setAccount] = useState(one?.account ?? '');
  const [zones, setZones] = useState<string[]>(one?.zones ?? []);
  const [error, setError] = useState<ProblemError | null>(null);
  // An id that cannot be one is refused in the address, an unknown one is not found: both are that field's.
  const wrong = error && (error.status === 404 || error.field('account')) ? a.unknown : null;
  return (
    <Form
      button={one ? a.change : a.add}
      onError={(e) => setError(e instanceof ProblemError ? e : null)}
      submit={async () => {
        setError(null);
        const params = { path: { commune, account: account.trim() || '-' } };
        const call = api.PUT('/v1/{commune}/launch/ambassadors/{account}', { params, body: { zones } });
        await told(body(call), { ...d.rules, not_found: a.unknown, missing: a.zoneMissing, malformed_id: a.unknown });
        props.done();
      }}
    >
      {!one && (
        <TextField
          label={a.account}
          hint={a.accountHint}
          autocomplete="off"
          value={account}
          error={wrong}
          onText={setAccount}
        />
      )}
      <Choices
        label={a.zones}
        multiple
        options={props.zones.map((z) => ({ value: z.id, label: z.name, lang: theirs() }))}
        value={zones}
        error={error?.field('zones') ?? null}
        onChange={setZones}
      />
    </Form>
  );
}
