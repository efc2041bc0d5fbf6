// What the inbox loads. The platform has no list of all that is open and no counts, but a list by status: the first hundred of
// each open status are asked for at once, which is everything in most communes; where there are more, counts say so.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, body, type Schemas } from '../api/client.ts';
import { useLoad } from '../ui/load.ts';
import { DONE, type Filters, OPEN, type Status } from './filters.ts';

export type Summary = Schemas['ReportSummary'];

/** The reports of one status that were loaded, and whether there are more. */
export interface Part {
  status: Status;
  items: Summary[];
  next: string | null;
}

const PAGE = 100;
/** How often it is asked whether something new came. */
const EVERY = 60_000;

export function useInbox(commune: string, filters: Filters) {
  const query = {
    ...(filters.kind ? { kind: filters.kind as Schemas['Kind'] } : {}),
    ...(filters.category ? { category: filters.category } : {}),
    ...(filters.zone ? { zone: filters.zone } : {}),
  };
  const page = async (status: Status, cursor: string | null): Promise<Part> => {
    const asked = { ...query, status, limit: PAGE, ...(cursor ? { cursor } : {}) };
    const got = await body(api.GET('/v1/{commune}/reports', { params: { path: { commune }, query: asked } }));
    return { status, items: got.reports, next: got.next ?? null };
  };
  const what = JSON.stringify(query);
  const statuses = filters.status && DONE.includes(filters.status) ? [...OPEN, filters.status] : OPEN;
  const name = `staff-inbox/${statuses.length > OPEN.length ? filters.status : 'open'}/${what}`;
  const loaded = useLoad(name, () => Promise.all(statuses.map((status) => page(status, null))), commune);

  const parts = loaded.data ?? [];
  const shown = parts.filter(({ status }) => (filters.status ? status === filters.status : OPEN.includes(status)));
  const [more, setMore] = useState<{ loading: boolean; error: Error | null }>({ loading: false, error: null });
  const loadMore = async () => {
    setMore({ loading: true, error: null });
    try {
      const next = await Promise.all(shown.filter((part) => part.next).map((part) => page(part.status, part.next)));
      loaded.replace(
        parts.map((part) => {
          const added = next.find(({ status }) => status === part.status);
          return added ? { ...added, items: [...part.items, ...added.items] } : part;
        }),
      );
      setMore({ loading: false, error: null });
    } catch (error) {
      setMore({ loading: false, error: error as Error });
    }
  };

  return {
    parts,
    shown,
    ready: loaded.data !== null,
    error: loaded.error,
    loading: loaded.loading,
    asOf: loaded.asOf,
    reload: loaded.reload,
    pages: {
      hasMore: shown.some((part) => part.next !== null),
      loading: more.loading,
      error: more.error,
      more: () => void loadMore(),
      reload: loaded.reload,
    },
    fresh: useFresh(commune, parts, query, loaded.data),
  };
}

/** All that is open, as far as the first page of each status goes. */
export async function openReports(commune: string): Promise<Summary[]> {
  const pages = await Promise.all(
    OPEN.map((status) =>
      body(api.GET('/v1/{commune}/reports', { params: { path: { commune }, query: { status, limit: PAGE } } })),
    ),
  );
  return pages.flatMap(({ reports }) => reports);
}

/** What came since the list was loaded; the list itself stays as it is until somebody asks. */
function useFresh(commune: string, parts: readonly Part[], query: object, data: unknown): Summary[] {
  const [fresh, setFresh] = useState<Summary[]>([]);
  const known = useRef({ parts, query });
  known.current = { parts, query };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was loaded anew holds what was new
  useEffect(() => setFresh([]), [data]);
  useEffect(() => {
    const begun = new Date().toISOString();
    const look = async () => {
      if (document.hidden || !navigator.onLine) return;
      const all = known.current.parts.flatMap(({ items }) => items);
      const newest = all.map(({ created }) => created).sort();
      const since = newest.at(-1) ?? begun;
      try {
        const asked = { ...known.current.query, since, limit: 25 };
        const got = await body(api.GET('/v1/{commune}/reports', { params: { path: { commune }, query: asked } }));
        setFresh(got.reports.filter(({ id, group }) => group === 'open' && !all.some((report) => report.id === id)));
      } catch (error) {
        // The next look may have a network.
        console.debug('nothing new is known', error);
      }
    };
    const timer = setInterval(look, EVERY);
    const back = () => void look();
    document.addEventListener('visibilitychange', back);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', back);
    };
  }, [commune]);
  return fresh;
}
