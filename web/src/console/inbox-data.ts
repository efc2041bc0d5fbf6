// What lists of the console load. Open reports come from the platform's inbox, what is late first; an agent of several services
// has one such list for each, read as one. What is done, and what came last, are in the list of all reports.

import { useMemo, useRef, useState } from 'preact/hooks';
import { api, body, OfflineError, type Schemas, whole } from '../api/client.ts';
import { useLoad } from '../ui/load.ts';
import { DONE, type Filters, ofServices, servicesOf } from './filters.ts';
import { useFresh } from './fresh.ts';
import { known } from './known.ts';
import { behind, merged, type Part } from './merge.ts';
import type { Member } from './staff.ts';

export type Summary = Schemas['ReportSummary'];
export type Counts = readonly Schemas['ServiceCount'][];

/** What is kept of a list: its parts, what all of them count, and when the platform said so (milliseconds since 1970). */
interface List {
  parts: Part[];
  counts: Counts;
  at: number;
}

interface Answer extends Part {
  counts?: Counts;
  at: number;
}

type Source = (cursor: string | null) => Promise<Answer>;

/** Reports on a page: some screens of them, and not long to wait for where the network is slow. */
const PAGE = 50;
/** The most that a page of the platform has, and so many of these for who is outdoors: near is not late. */
const LARGE = 100;
const NEAR_PAGES = 5;
/** Where a filter hits little, pages are empty and go on: so many are asked for before somebody has to wish for more. */
const EMPTY_PAGES = 5;

const kept = ({ kind, category, zone }: Filters) => ({
  ...(kind ? { kind: kind as Schemas['Kind'] } : {}),
  ...(category ? { category } : {}),
  ...(zone ? { zone } : {}),
});

type InboxQuery = ReturnType<typeof kept> & { service?: string; status?: Schemas['Status'] };

/** Open reports, what is late first. */
const inboxOf =
  (commune: string, query: InboxQuery, limit = PAGE): Source =>
  async (cursor) => {
    const asked = { ...query, limit, ...(cursor ? { cursor } : {}) };
    const { data, response } = await whole(
      api.GET('/v1/{commune}/inbox', { params: { path: { commune }, query: asked } }),
    );
    const at = Date.parse(response.headers.get('date') ?? '') || Date.now();
    return { items: data.reports, next: data.next ?? null, at, ...(data.counts ? { counts: data.counts } : {}) };
  };

/** Reports by when they were sent. The platform knows no service here. */
const newestOf =
  (commune: string, filters: Filters, me: Member): Source =>
  async (cursor) => {
    const { status } = filters;
    const query = { ...kept(filters), ...(status ? { status } : {}), limit: PAGE, ...(cursor ? { cursor } : {}) };
    const got = await body(api.GET('/v1/{commune}/reports', { params: { path: { commune }, query } }));
    const items = ofServices(got.reports, servicesOf(filters, me));
    return {
      items: status ? items : items.filter(({ group }) => group === 'open'),
      next: got.next ?? null,
      at: Date.now(),
    };
  };

/** A page with something on it, if there is one not too far away. */
async function filled(source: Source, cursor: string | null): Promise<Answer> {
  const first = await source(cursor);
  let got: Answer = first;
  for (let i = 1; i < EMPTY_PAGES && got.items.length === 0 && got.next; i++) got = await source(got.next);
  return { ...got, at: first.at, ...(first.counts ? { counts: first.counts } : {}) };
}

/** So many pages as one. */
const several =
  (source: Source, pages: number): Source =>
  async (cursor) => {
    const first = await source(cursor);
    let all: Answer = first;
    for (let i = 1; i < pages && all.next; i++) {
      const page = await source(all.next);
      all = { ...first, items: [...all.items, ...page.items], next: page.next };
    }
    return all;
  };

/** Several lists as one, by pages; `name` is what it is kept under on this device. */
function useList(commune: string, name: string, sources: readonly Source[], countsOf?: Source) {
  const loaded = useLoad<List>(
    name,
    async () => {
      const asked = sources.map((source) => filled(source, null));
      const [counted, ...first] = await Promise.all([countsOf?.(null), ...asked]);
      const counts = counted?.counts ?? first.find((page) => page.counts)?.counts ?? [];
      const at = Math.min(...[counted, ...first].map((page) => page?.at ?? Number.POSITIVE_INFINITY));
      return {
        parts: first.map(({ items, next }) => ({ items, next })),
        counts,
        at: Number.isFinite(at) ? at : Date.now(),
      };
    },
    commune,
  );
  const list = loaded.data;
  const [more, setMore] = useState<{ of: string; loading: boolean; error: Error | null } | null>(null);
  const now = more?.of === name ? more : null;
  const latest = useRef(name);
  latest.current = name;
  const loadMore = async () => {
    if (!list || now?.loading) return;
    setMore({ of: name, loading: true, error: null });
    try {
      const late = behind(list.parts);
      const parts = await Promise.all(
        list.parts.map(async (part, i) => {
          const source = sources[i];
          if (!source || !late.includes(part)) return part;
          const page = await filled(source, part.next);
          return { items: [...part.items, ...page.items], next: page.next };
        }),
      );
      if (latest.current === name) loaded.replace({ ...list, parts });
      setMore(null);
    } catch (error) {
      setMore({ of: name, loading: false, error: error as Error });
    }
  };
  return {
    list,
    loaded,
    pages: {
      hasMore: list?.parts.some(({ next }) => next !== null) ?? false,
      loading: now?.loading ?? false,
      error: now?.error ?? null,
      more: () => void loadMore(),
      reload: loaded.reload,
    },
  };
}

/** What an inbox is kept under. */
const inboxName = (
  me: Member,
  byTime: boolean,
  services: readonly (string | null)[],
  status: string | null = null,
  query = {},
) => known(me.account, `inbox/${byTime ? 'new' : 'due'}/${JSON.stringify([services, status, query])}`);

export function useInbox(commune: string, filters: Filters, me: Member) {
  const services = servicesOf(filters, me);
  const { status } = filters;
  const byTime = filters.sort === 'new' || (status !== null && DONE.includes(status));
  const query = kept(filters);
  const sources = byTime
    ? [newestOf(commune, filters, me)]
    : services.map((service) =>
        inboxOf(commune, { ...query, ...(service ? { service } : {}), ...(status ? { status } : {}) }),
      );
  const name = inboxName(me, byTime, services, status, query);
  // The list by time has no counts; the inbox has them on its first page.
  const { list, loaded, pages } = useList(commune, name, sources, byTime ? inboxOf(commune, {}) : undefined);
  // Counts are those of the whole commune, so those of the list before do until the next ones are here.
  const counts = useRef<Counts | null>(null);
  if (list) counts.current = list.counts;
  const reports = useMemo(() => {
    const parts = list?.parts ?? [];
    return byTime ? parts.flatMap(({ items }) => items) : merged(parts);
  }, [list, byTime]);
  return {
    reports,
    counts: counts.current,
    ready: list !== null,
    loaded,
    pages,
    fresh: useFresh(commune, { query, services, status, reports, since: list?.at ?? null }),
  };
}

/** What a member can solve outdoors: all that is open of their services, of everything for who administers. */
export function useNear(commune: string, me: Member) {
  const services = me.role === 'administrator' ? [null] : me.services;
  const sources = services.map((service) => several(inboxOf(commune, service ? { service } : {}, LARGE), NEAR_PAGES));
  const { list, loaded, pages } = useList(commune, known(me.account, `near/${services.join()}`), sources);
  // Who goes outdoors without having looked here before has what the inbox knew.
  const lost = !list && loaded.error instanceof OfflineError;
  const name = inboxName(me, false, services);
  const before = useLoad<List>(lost ? name : null, () => Promise.reject(loaded.error), commune);
  const old = lost ? before.data : null;
  const shown = list ?? old;
  const reports = useMemo(() => shown && merged(shown.parts), [shown]);
  return {
    reports,
    loaded: old ? { ...loaded, error: null, asOf: before.asOf } : loaded,
    pages,
  };
}
