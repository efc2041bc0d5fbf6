// The inbox's filters: each change is a new address.

import { useId, useState } from 'preact/hooks';
import { t } from '../texts/index.ts';
import type { Option } from '../ui/form.tsx';
import { theirs } from '../ui/their.tsx';
import { counted, type Filters } from './filters.ts';
import type { Counts } from './inbox-data.ts';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';

export function InboxFilters(props: { filters: Filters; counts: Counts | null; apply: (next: Filters) => void }) {
  const { filters, counts, apply } = props;
  const { commune, me } = useStaff();
  // Folded on a phone, where the list is what is looked for.
  const [wide] = useState(() => matchMedia('(min-width: 40rem)').matches);
  const named = (list: readonly { id: string; name: string }[]): Option[] =>
    list.map(({ id, name }) => ({ value: id, label: name, lang: theirs() }));
  // What each service has open, whatever the other filters say; the one that is shown says so above.
  const option = (value: string, label: string, ids: readonly (string | null)[]): Option => ({
    value,
    label: counts && value !== filters.service ? c.inbox.open(label, counted(counts, ids, null)) : label,
  });
  const services: Option[] = [
    ...(me.services.length > 0 ? [option('mine', c.inbox.mine(me.services.length), me.services)] : []),
    option('all', c.inbox.everyService, [null]),
    ...commune.services.map(({ id, name }) => ({ ...option(id, name, [id]), lang: theirs() })),
  ];
  const active = [filters.kind, filters.category, filters.zone].filter(Boolean).length;
  const zones = commune.zones.filter(({ archived, id }) => !archived || id === filters.zone);
  const field = (name: 'service' | 'kind' | 'category' | 'zone', label: string, options: Option[], empty?: string) => (
    <Pick
      label={label}
      value={filters[name]}
      options={empty === undefined ? options : [{ value: '', label: empty }, ...options]}
      pick={(value) => apply({ ...filters, [name]: value })}
    />
  );
  return (
    <details class="filters-fold" open={wide}>
      <summary>
        {c.inbox.filters}
        {active > 0 && ` (${active})`}
      </summary>
      <fieldset class="filters" aria-label={c.inbox.filters}>
        {field('service', c.inbox.service, services)}
        {field('category', c.inbox.category, named(commune.categories), c.inbox.every)}
        {commune.kinds.length > 1 &&
          field(
            'kind',
            c.inbox.kind,
            commune.kinds.map((kind) => ({ value: kind, label: t.kind[kind] })),
            c.inbox.everyKind,
          )}
        {zones.length > 0 && field('zone', c.inbox.zone, named(zones), c.inbox.everyZone)}
        <Pick
          label={c.inbox.sort}
          value={filters.sort}
          options={[
            { value: 'due', label: c.inbox.sortDue },
            { value: 'new', label: c.inbox.sortNew },
          ]}
          pick={(value) => apply({ ...filters, sort: value === 'new' ? 'new' : 'due' })}
        />
      </fieldset>
    </details>
  );
}

/** A small select: none of them is required or wrong. */
function Pick(props: { label: string; value: string; options: Option[]; pick: (value: string) => void }) {
  const id = useId();
  return (
    <div>
      <label for={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={(event) => props.pick(event.currentTarget.value)}>
        {props.options.map(({ value, label, lang }) => (
          <option key={value} value={value} lang={lang}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
