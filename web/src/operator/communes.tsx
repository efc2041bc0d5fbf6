// `/operator/`: every commune that is or was a customer.

import { useState } from 'preact/hooks';
import { api, body, type Schemas } from '../api/client.ts';
import { day, number } from '../texts/index.ts';
import { TextField } from '../ui/form.tsx';
import { usePages } from '../ui/load.ts';
import { More, Page } from '../ui/page.tsx';
import { theirs } from '../ui/their.tsx';
import { o } from './texts/index.ts';

const MANY = 12;

export function Communes() {
  const c = o.communes;
  const [sought, seek] = useState('');
  const pages = usePages('communes', async (cursor) => {
    const query = { limit: 100, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/operator/communes', { params: { query } }));
    return { items: page.communes, next: page.next };
  });
  const wanted = sought.trim().toLowerCase();
  const shown = pages.items.filter((one) =>
    [one.name, one.id, one.insee].some((w) => w.toLowerCase().includes(wanted)),
  );
  return (
    <Page title={c.title} lead={c.lead}>
      <p>
        <a class="button main" href="/operator/new">
          {c.add}
        </a>
      </p>
      {pages.items.length >= MANY && <TextField label={c.search} type="search" optional value={sought} onText={seek} />}
      {!pages.loading && !pages.error && pages.items.length === 0 && <p>{c.none}</p>}
      {pages.items.length > 0 && shown.length === 0 && <p role="status">{c.noneFound}</p>}
      <ul class="plain">
        {shown.map((one) => (
          <li key={one.id} class="commune-row">
            <a href={`/operator/communes/${one.id}`} lang={theirs()}>
              {one.name}
            </a>{' '}
            <State of={one} />
            <small>
              {c.row(one.insee, one.plan.name, one.population ? number(one.population) : null)}
              {one.leaves && one.state === 'leaving' ? ` · ${c.leavesOn(day(one.leaves))}` : ''}
            </small>
          </li>
        ))}
      </ul>
      <More of={pages} />
    </Page>
  );
}

/** In words, with a colour. */
export const State = ({ of }: { of: Schemas['SubscriptionView'] }) => (
  <span class={`state state-${of.state}`}>{o.communes.state[of.state]}</span>
);
