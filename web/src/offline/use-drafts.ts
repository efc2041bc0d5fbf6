// Drafts for screens: drawn again when they change, in this tab or another.

import { useEffect, useState } from 'preact/hooks';
import { type Draft, type DraftPhoto, draftsOf, getDraft, getPhoto, onDrafts } from './drafts.ts';
import { onSteps, type Step, stepOf } from './steps.ts';

function useRead<T>(what: string, read: () => Promise<T>): T | undefined {
  const [state, set] = useState<{ what: string; value: T }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `what` names what `read` reads
  useEffect(() => {
    let current = true;
    const again = () =>
      read().then((value) => {
        if (current) set({ what, value });
      });
    void again();
    const off = onDrafts(() => void again());
    return () => {
      current = false;
      off();
    };
  }, [what]);
  return state?.what === what ? state.value : undefined;
}

/** Undefined while it is read. */
export const useDraft = (id: string): Draft | null | undefined => useRead(id, () => getDraft(id));

/** Those of a commune, the latest first; undefined while they are read. */
export const useDrafts = (commune: string): Draft[] | undefined => useRead(commune, () => draftsOf(commune));

/** The photos of a draft, in order, with addresses to show them by; read again when `turn` changes. */
export function usePhotos(ids: string[], turn = 0): { photo: DraftPhoto; url: string }[] {
  const [shown, show] = useState<{ photo: DraftPhoto; url: string }[]>([]);
  const what = ids.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `what` stands for the ids, `turn` reads again
  useEffect(() => {
    let made: string[] = [];
    let current = true;
    void Promise.all(ids.map(getPhoto)).then((found) => {
      if (!current) return;
      const next = found.filter((p) => p !== null).map((photo) => ({ photo, url: URL.createObjectURL(photo.blob) }));
      made = next.map((p) => p.url);
      show(next);
    });
    return () => {
      current = false;
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, [what, turn]);
  return shown;
}

/** What is being done with a draft just now. */
export function useStep(id: string): Step | null {
  const [step, set] = useState(stepOf(id));
  useEffect(() => {
    const listen = () => set(stepOf(id));
    listen();
    return onSteps(listen);
  }, [id]);
  return step;
}
