// Lists of reports: by pages, kept while the app is open so that going back finds them as they were, and for offline.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, OfflineError, type Schemas } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { keeper, lastKnown } from '../offline/known.ts';
import type { Pages } from '../ui/load.ts';

export type Summary = Schemas['ReportSummary'];

/** What the platform filters a list by. */
export interface ReportQuery {
  kind?: Schemas['Kind'];
  category?: string;
  status?: Schemas['Status'];
  zone?: string;
  since?: string;
  mine?: true;
  following?: true;
}

interface State {
  /** Whose and which list it is. */
  of: string;
  items: Summary[];
  next: string | null;
  loading: boolean;
  error: Error | null;
  asOf: number | null;
}

/** The most that one answer has; what was loaded beyond it is not asked for again on the way back. */
const MOST = 100;
const PAGE = 25;
const NOTHING: State = { of: '', items: [], next: null, loading: true, error: null, asOf: null };

/** Lists as they were left, by who looked and what they asked for. They end with the page. */
const left = new Map<string, { items: Summary[]; next: string | null }>();

async function fetchPage(commune: string, query: ReportQuery, limit: number, cursor?: string) {
  const asked = { ...query, limit, ...(cursor ? { cursor } : {}) };
  const page = await body(api.GET('/v1/{commune}/reports', { params: { path: { commune }, query: asked } }));
  return { items: page.reports, next: page.next ?? null };
}

/** Reports of `commune` that match `query`; nothing is asked for while it is null. */
export function useReports(commune: string, query: ReportQuery | null, size = PAGE): Pages<Summary> {
  const what = query && `/v1/${commune}/reports?${new URLSearchParams({ ...query, size: String(size) } as never)}`;
  const account = useSession()?.account.id ?? '';
  const { wasPush } = useLocation() as { wasPush?: boolean };
  const [state, set] = useState<State>(NOTHING);
  const [turn, again] = useState(0);
  const now = useRef(state);
  now.current = state;
  const key = `${account}|${what}`;
  const asked = useRef(query);
  asked.current = query;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again; how one came here matters only at first.
  useEffect(() => {
    const query = asked.current;
    if (!what || !query) return;
    let current = true;
    const before = wasPush ? undefined : left.get(key);
    const keep = keeper(commune);
    set({ ...NOTHING, ...before, of: key });
    fetchPage(commune, query, Math.min(MOST, Math.max(size, before?.items.length ?? 0)))
      .then((page) => {
        if (!current) return;
        if (!before) keep(what, page);
        const shown = before && before.items.length > MOST ? before : page;
        set({ ...shown, of: key, loading: false, error: null, asOf: null });
      })
      .catch(async (error: Error) => {
        const old =
          error instanceof OfflineError && !before
            ? await lastKnown<{ items: Summary[]; next: string | null }>(commune, what)
            : null;
        if (!current) return;
        if (old) set({ ...old.value, of: key, loading: false, error: null, asOf: old.at });
        else set((s) => ({ ...s, loading: false, error }));
      });
    return () => {
      current = false;
    };
  }, [key, what, commune, size, turn]);

  useEffect(() => {
    if (state.of === key && !state.loading && !state.error) left.set(key, { items: state.items, next: state.next });
  }, [key, state]);

  const more = () => {
    const { next, loading, items } = now.current;
    if (!next || loading || !asked.current) return;
    set((s) => ({ ...s, loading: true, error: null }));
    const still = key;
    fetchPage(commune, asked.current, size, next)
      .then((page) => {
        if (still === latest.current)
          set((s) => ({ ...s, items: [...items, ...page.items], next: page.next, loading: false }));
      })
      .catch((error: Error) => {
        if (still === latest.current) set((s) => ({ ...s, loading: false, error }));
      });
  };
  const latest = useRef(key);
  latest.current = key;
  // What was asked before is not shown as the answer to this.
  const { items, next, loading, error, asOf } = state.of === key ? state : NOTHING;
  return {
    items,
    hasMore: next !== null,
    more,
    loading,
    error,
    asOf,
    reload: () => again((n) => n + 1),
  };
}

/** Forgets the lists that are kept in memory, when somebody signs out. */
export const forgetLists = () => left.clear();
