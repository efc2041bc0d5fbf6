// Loading for screens: what is loading, what went wrong, and the last known answer when there is no network.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { OfflineError } from '../api/client.ts';
import { keeper, lastKnown } from '../offline/known.ts';

export interface Loaded<T> {
  data: T | null;
  error: Error | null;
  loading: boolean;
  /** When `data` is an older answer: milliseconds since 1970 of when it was seen. */
  asOf: number | null;
  /** Asks again; what is shown stays until the answer is here. */
  reload: () => void;
  /** Shows this from now on: the answer of a change. */
  replace: (data: T) => void;
}

/**
 * Loads once per `what`, which names the answer (its address). With `commune` the answer is kept for when there is no
 * network.
 */
export function useLoad<T>(what: string | null, load: () => Promise<T>, commune?: string): Loaded<T> {
  const [state, set] = useState<Omit<Loaded<T>, 'reload' | 'replace'>>({
    data: null,
    error: null,
    loading: true,
    asOf: null,
  });
  const [turn, again] = useState(0);
  const loader = useRef(load);
  loader.current = load;
  const shown = useRef(what);
  /** Counts what `replace` has shown. */
  const replaced = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again; the loader is always the latest.
  useEffect(() => {
    if (what === null) return;
    let current = true;
    const same = shown.current === what;
    shown.current = what;
    const keep = commune ? keeper(commune) : null;
    const before = replaced.current;
    set((old) => ({ data: same ? old.data : null, error: null, loading: true, asOf: same ? old.asOf : null }));
    loader
      .current()
      .then((data) => {
        keep?.(what, data);
        if (!current) return;
        // Asked for before a change whose answer is shown: it may not know of it.
        if (replaced.current !== before) again((n) => n + 1);
        else set({ data, error: null, loading: false, asOf: null });
      })
      .catch(async (error: Error) => {
        const old = commune && error instanceof OfflineError ? await lastKnown<T>(commune, what) : null;
        if (!current) return;
        if (old) set({ data: old.value, error: null, loading: false, asOf: old.at });
        else set((before) => ({ ...before, error, loading: false }));
      });
    return () => {
      current = false;
    };
  }, [what, commune, turn]);

  const reload = useCallback(() => again((n) => n + 1), []);
  useEffect(() => {
    // Somebody pressed a notification that leads here (sw.ts).
    const told = ({ data, ports }: MessageEvent) => {
      if (data?.news !== location.pathname + location.search) return;
      ports[0]?.postMessage('shows');
      reload();
    };
    navigator.serviceWorker?.addEventListener('message', told);
    return () => navigator.serviceWorker?.removeEventListener('message', told);
  }, [reload]);
  const replace = useCallback((data: T) => {
    replaced.current += 1;
    set({ data, error: null, loading: false, asOf: null });
  }, []);
  return { ...state, reload, replace };
}

export interface Pages<T> extends Omit<Loaded<T[]>, 'data' | 'replace'> {
  items: T[];
  /** Whether there are more; `more()` loads the next page. */
  hasMore: boolean;
  more: () => void;
}

/** A list by pages: `page(cursor)` answers items and `next`. */
export function usePages<T>(
  what: string | null,
  page: (cursor: string | undefined) => Promise<{ items: T[]; next?: string | null | undefined }>,
  commune?: string,
): Pages<T> {
  const first = useLoad(what, () => page(undefined), commune);
  const [rest, setRest] = useState<{
    of: unknown;
    items: T[];
    next: string | null | undefined;
    loading: boolean;
    error: Error | null;
  }>();
  const mine = rest && rest.of === first.data ? rest : undefined;
  const next = mine ? mine.next : first.data?.next;
  const more = () => {
    if (!next || mine?.loading) return;
    const before = mine?.items ?? [];
    const of = first.data;
    setRest({ of, items: before, next, loading: true, error: null });
    page(next)
      .then((got) => setRest({ of, items: [...before, ...got.items], next: got.next, loading: false, error: null }))
      .catch((error: Error) => setRest({ of, items: before, next, loading: false, error }));
  };
  return {
    items: [...(first.data?.items ?? []), ...(mine?.items ?? [])],
    hasMore: Boolean(next),
    more,
    error: first.error ?? mine?.error ?? null,
    loading: first.loading || Boolean(mine?.loading),
    asOf: first.asOf,
    reload: first.reload,
  };
}
