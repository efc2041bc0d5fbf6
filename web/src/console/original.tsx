// Which report told it first: one of those nearby, or any other by its address.

import { useId, useState } from 'preact/hooks';
import { api, body, ProblemError } from '../api/client.ts';
import { ago, distance } from '../texts/index.ts';
import { Field } from '../ui/form.tsx';
import { useLoad } from '../ui/load.ts';
import { Failure, Spinner } from '../ui/page.tsx';
import { Their } from '../ui/their.tsx';
import type { Report } from './report.tsx';
import { StaffStatus } from './row.tsx';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

interface Props {
  report: Report;
  value: string;
  pick: (id: string) => void;
  error: string | null;
}

export function Original({ report, value, pick, error }: Props) {
  const { commune } = useStaff();
  const name = useId();
  const [typed, setTyped] = useState('');
  const { place, category } = report;
  const path = { commune: commune.id };
  const near = useLoad(place && category ? `similar/${report.id}` : null, async () => {
    if (!place || !category) return [];
    const query = { category, latitude: place.latitude, longitude: place.longitude };
    const found = await body(api.GET('/v1/{commune}/reports/similar', { params: { path, query } }));
    return found.reports.filter(({ id }) => id !== report.id);
  });
  const id = ID.exec(typed)?.[0].toLowerCase() ?? '';
  const other = useLoad(id ? `original/${id}` : null, () =>
    body(api.GET('/v1/{commune}/reports/{report}', { params: { path: { ...path, report: id } } })),
  );
  const listedNear = near.data?.some((one) => one.id === id) ?? false;
  const found = id && !listedNear && other.data?.id === id ? other.data : null;
  const unknown = Boolean(id) && other.error instanceof ProblemError && other.error.status === 404;
  const choice = (one: string, words: preact.ComponentChildren, beside: preact.ComponentChildren) => (
    <label key={one} class="choice">
      <input
        type="radio"
        name={name}
        value={one}
        checked={value === one}
        aria-invalid={error ? true : undefined}
        onChange={() => pick(one)}
      />
      <span>
        {words}
        <small>{beside}</small>
      </span>
    </label>
  );
  const listed = near.data?.some((one) => one.id === value) || found?.id === value;
  return (
    <fieldset class="field choices" aria-describedby={error ? `${name}-hint ${name}-error` : `${name}-hint`}>
      <legend>{c.original.label}</legend>
      <p class="hint" id={`${name}-hint`}>
        {c.original.hint}
      </p>
      {place && category && near.loading && <Spinner />}
      {near.error && <Failure error={near.error} retry={near.reload} />}
      {near.data?.length === 0 && <p class="small">{c.original.none}</p>}
      {near.data?.map((one) =>
        choice(
          one.id,
          <Their>{one.excerpt}</Their>,
          <>
            <StaffStatus status={one.status} /> {distance(one.distance_m)} · {ago(one.created)}
          </>,
        ),
      )}
      {value && !listed && choice(value, c.original.chosen, value)}
      <Field label={c.original.other} hint={c.original.otherHint} optional error={unknown ? c.original.unknown : null}>
        {(tie) => (
          <input
            type="text"
            {...tie}
            {...(error ? { 'aria-invalid': true } : {})}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        )}
      </Field>
      {found && choice(found.id, <Their>{found.description}</Their>, <StaffStatus status={found.status} />)}
      {error && (
        <p class="error" id={`${name}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
