// The filters above a list: folded away, applied together by a button.

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { type Option, Select } from '../ui/form.tsx';
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
  const apply = (event: Event) => {
    event.preventDefault();
    route(listLink(commune.id, chosen, view));
  };
  const since = { 7: words.week, 30: words.month, 365: words.year };
  const named = (all: readonly { id: string; name: string }[]) =>
    all.map((one) => ({ value: one.id, label: one.name, lang: theirs() }));
  const fields: { name: keyof Filters; label: string; empty: string; options: Option[]; least?: number }[] = [
    {
      name: 'whose',
      label: words.whose,
      empty: words.everyones,
      options: [
        { value: 'mine', label: words.mine },
        { value: 'following', label: words.following },
      ],
    },
    {
      name: 'status',
      label: words.status,
      empty: words.any,
      options: STATUSES.map((value) => ({ value, label: t.status[value] })),
    },
    {
      name: 'kind',
      label: words.kind,
      empty: words.anyF,
      options: commune.kinds.map((value) => ({ value, label: t.kind[value] })),
      // Of one kind alone there is nothing to choose.
      least: 2,
    },
    { name: 'category', label: words.category, empty: words.anyF, options: named(commune.categories) },
    { name: 'zone', label: words.zone, empty: words.any, options: named(commune.zones) },
    {
      name: 'since',
      label: words.since,
      empty: words.sinceAny,
      options: SINCE.map((days) => ({ value: days, label: since[days] })),
    },
  ];
  return (
    <details class="filters card no-print">
      <summary>{on > 0 ? words.filtersOn(on) : words.filters}</summary>
      <form onSubmit={apply}>
        <div class="filter-fields">
          {fields
            .filter((field) => field.options.length >= (field.least ?? 1))
            .map(({ name, label, empty, options }) => (
              <Select
                key={name}
                label={label}
                value={chosen[name]}
                onText={(value) => choose({ ...chosen, [name]: value })}
                empty={empty}
                optional
                options={options}
              />
            ))}
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
