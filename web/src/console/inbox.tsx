// `/{commune}/console/`: what is to treat, the most overdue first, as a list and on a map.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { ago, number, t } from '../texts/index.ts';
import { Failure, More, Page, Spinner } from '../ui/page.tsx';
import { useFreshWhenBack } from '../ui/when-back.ts';
import {
  addressOf,
  countable,
  counted,
  DONE,
  type Filters,
  filtersOf,
  isLate,
  OPEN,
  type Status,
  servicesOf,
} from './filters.ts';
import { MOST_FRESH } from './fresh.ts';
import { consolePath } from './gate.tsx';
import { type Counts, useInbox } from './inbox-data.ts';
import { InboxFilters } from './inbox-filters.tsx';
import { onSent } from './outbox.ts';
import { Pins } from './pins.tsx';
import { rememberList } from './position.ts';
import { Row } from './row.tsx';
import { useShortcuts } from './shortcuts.tsx';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';

export function Inbox() {
  const { commune, me } = useStaff();
  const { query, route, path } = useLocation();
  // While the next screen is still loading this one stays, under an address that is not its own any more.
  const own = useRef(query);
  if (/\/console\/?$/.test(path)) own.current = query;
  const asked = own.current;
  const filters = useMemo(() => filtersOf(asked, commune, me), [asked, commune, me]);
  const inbox = useInbox(commune.id, filters, me);
  const [map, setMap] = useState(() => matchMedia('(min-width: 75rem)').matches);
  const [current, setCurrent] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const filterBar = useRef<HTMLDivElement>(null);

  const { reports, counts, fresh, loaded } = inbox;
  const late = reports.filter((report) => isLate(report)).length;
  // Filters that no counts know of leave open how many there are.
  const known = counts && countable(filters) && !(filters.status && DONE.includes(filters.status));
  const total = known ? counted(counts, servicesOf(filters, me), filters.status) : null;
  useEffect(() => {
    if (inbox.ready) rememberList(reports.map(({ id }) => id));
  }, [inbox.ready, reports]);
  // What this page sent is shown as it is now.
  const { reload } = loaded;
  useEffect(() => onSent(reload), [reload]);
  useFreshWhenBack(loaded);

  const open = (id: string, task = '') => route(consolePath(commune.id, `/reports/${id}${task && `?do=${task}`}`));
  const links = () => [...(list.current?.querySelectorAll<HTMLAnchorElement>('a.row-link') ?? [])];
  const step = (by: number) => {
    const all = links();
    const at = all.indexOf(document.activeElement as HTMLAnchorElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[next]?.focus();
    all[next]?.closest('li')?.scrollIntoView({ block: 'nearest' });
  };
  const onCurrent = (task: string) => () => {
    if (current && list.current?.contains(document.activeElement)) open(current, task);
  };
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    s: onCurrent('status'),
    r: onCurrent('answer'),
    n: onCurrent('note'),
    '/': () => {
      filterBar.current?.querySelector('details')?.setAttribute('open', '');
      filterBar.current?.querySelector('select')?.focus();
    },
  });
  const arrows = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    step(event.key === 'ArrowDown' ? 1 : -1);
  };
  const showFresh = () => {
    reload();
    list.current?.focus();
  };

  const pins = useMemo(
    () =>
      reports.flatMap((report) =>
        report.place
          ? [{ id: report.id, status: report.status, late: isLate(report), label: report.excerpt, place: report.place }]
          : [],
      ),
    [reports],
  );

  return (
    <Page title={c.menu.inbox} where={commune.name} class="inbox">
      <Statuses filters={filters} counts={counts} />
      <div ref={filterBar}>
        <InboxFilters
          filters={filters}
          counts={counts}
          apply={(next) => route(consolePath(commune.id, `/${addressOf(next, me)}`), true)}
        />
      </div>
      <div class="inbox-bar">
        <p role="status" class="inbox-count">
          {inbox.ready && c.inbox.count(reports.length, inbox.pages.hasMore, late, total)}
        </p>
        <div class="inbox-tools">
          <button type="button" aria-expanded={map} onClick={() => setMap(!map)}>
            {map ? c.inbox.hideMap : c.inbox.showMap}
          </button>
        </div>
      </div>
      <div role="status">
        {fresh.length > 0 && (
          <button type="button" class="main fresh" onClick={showFresh}>
            {c.inbox.fresh(fresh.length, fresh.length === MOST_FRESH)}
          </button>
        )}
      </div>
      {loaded.asOf !== null && <p class="notice">{t.common.offlineAsOf(ago(loaded.asOf))}</p>}
      {loaded.error && <Failure error={loaded.error} retry={reload} />}
      {!inbox.ready && loaded.loading && <Spinner />}
      {inbox.ready && (
        <div class={map ? 'inbox-both' : ''}>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows move between its links */}
          <div ref={list} tabIndex={-1} class="inbox-list" onKeyDown={arrows}>
            {reports.length === 0 ? (
              <Empty filters={filters} more={inbox.pages.hasMore} />
            ) : (
              <ol class="plain rows">
                {reports.map((report) => (
                  <Row key={report.id} report={report} seen={() => setCurrent(report.id)} />
                ))}
              </ol>
            )}
            <More of={inbox.pages} />
          </div>
          {map && <Pins commune={commune} pins={pins} current={current} pick={(id) => open(id)} />}
        </div>
      )}
    </Page>
  );
}

/** All that is open, each open status with how many there are, and what is done. */
function Statuses({ filters, counts }: { filters: Filters; counts: Counts | null }) {
  const { commune, me } = useStaff();
  const services = servicesOf(filters, me);
  return (
    <nav aria-label={c.inbox.statuses} class="statuses">
      <ul class="plain">
        {[null, ...OPEN, ...DONE].map((status: Status | null) => {
          const n = counts && !(status && DONE.includes(status)) ? counted(counts, services, status) : null;
          if (status && n === 0 && filters.status !== status) return null;
          return (
            <li key={status ?? 'open'}>
              <a
                href={consolePath(commune.id, `/${addressOf({ ...filters, status }, me)}`)}
                aria-current={filters.status === status ? 'true' : undefined}
              >
                {status ? c.status[status] : c.inbox.allOpen}
                {n !== null && countable(filters) && (
                  <>
                    {' '}
                    <span class="number">{number(n)}</span>
                  </>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Empty({ filters, more }: { filters: Filters; more: boolean }) {
  const { commune, me } = useStaff();
  const plain = addressOf(filters, me) === '';
  return (
    <div class="card">
      <p>{more ? c.inbox.emptySoFar : plain ? c.inbox.nothing : c.inbox.noneOfThese}</p>
      {!plain && (
        <p>
          <a href={consolePath(commune.id)}>{c.inbox.reset}</a>
        </p>
      )}
      {filters.service === 'mine' && (
        <p>
          <a href={consolePath(commune.id, `/${addressOf({ ...filters, service: 'all' }, me)}`)}>
            {c.inbox.allServices}
          </a>
        </p>
      )}
    </div>
  );
}
