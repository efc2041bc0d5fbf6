// The filters above a list: folded away, applied together by a button.

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { Select } from '../ui/form.tsx';
import { theirs } from '../ui/their.tsx';
import type { Commune } from './commune.ts';
import { countOf, type Filters, listLink, NONE, SINCE } from './filters.ts';

/** Statuses that the public sees. */
const STATUSES: Schemas['Status'][] = [
  'received',
  'under_review',
  'in_progress',
  'scheduled',
  'awaiting_reporter',
  'forwarded',
  'resolved',
  'closed',
  'reopen_requested',
  'reopened',
];

export function FilterForm(props: { commune: Commune; filters: Filters; view: string | undefined }) {
  const { commune, filters, view } = props;
  const { route } = useLocation();
  const [chosen, choose] = useState(filters);
  const words = t.resident.list;
  const on = countOf(filters);
  const now = listLink('', filters);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the address changes, the form shows it
  useEffect(() => choose(filters), [now]);
  const set = (name: keyof Filters) => (value: string) => choose({ ...chosen, [name]: value });
  const apply = (event: Event) => {
    event.preventDefault();
    route(listLink(commune.id, chosen, view));
  };
  const since = { 7: words.week, 30: words.month, 365: words.year };
  return (
    <details class="filters card no-print">
      <summary>{on > 0 ? words.filtersOn(on) : words.filters}</summary>
      <form onSubmit={apply}>
        <div class="filter-fields">
          <Select
            label={words.whose}
            value={chosen.whose}
            onText={set('whose')}
            empty={words.everyones}
            optional
            options={[
              { value: 'mine', label: words.mine },
              { value: 'following', label: words.following },
            ]}
          />
          <Select
            label={words.status}
            value={chosen.status}
            onText={set('status')}
            empty={words.any}
            optional
            options={STATUSES.map((value) => ({ value, label: t.status[value] }))}
          />
          {commune.kinds.length > 1 && (
            <Select
              label={words.kind}
              value={chosen.kind}
              onText={set('kind')}
              empty={words.anyF}
              optional
              options={commune.kinds.map((value) => ({ value, label: t.kind[value] }))}
            />
          )}
          {commune.categories.length > 0 && (
            <Select
              label={words.category}
              value={chosen.category}
              onText={set('category')}
              empty={words.anyF}
              optional
              options={commune.categories.map((c) => ({ value: c.id, label: c.name, lang: theirs() }))}
            />
          )}
          {commune.zones.length > 0 && (
            <Select
              label={words.zone}
              value={chosen.zone}
              onText={set('zone')}
              empty={words.any}
              optional
              options={commune.zones.map((z) => ({ value: z.id, label: z.name, lang: theirs() }))}
            />
          )}
          <Select
            label={words.since}
            value={chosen.since}
            onText={set('since')}
            empty={words.sinceAny}
            optional
            options={SINCE.map((days) => ({ value: days, label: since[days] }))}
          />
        </div>
        <div class="actions">
          <button type="submit" class="main">
            {words.show}
          </button>
          {on > 0 && (
            <a class="button" href={listLink(commune.id, NONE, view)}>
              {words.clear}
            </a>
          )}
        </div>
      </form>
    </details>
  );
}
