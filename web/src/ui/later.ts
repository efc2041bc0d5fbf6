// A part of a screen that is loaded when it is needed, like the map; the screen is there without it.

import { useEffect, useState } from 'preact/hooks';

/** The module once it is here; `failed` if it cannot be had (no network and never seen). */
export function useModule<M>(load: (() => Promise<M>) | null): { module: M | null; failed: boolean } {
  const [state, set] = useState<{ module: M | null; failed: boolean }>({ module: null, failed: false });
  const wanted = load !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same module whichever function loads it
  useEffect(() => {
    if (!load) return;
    let current = true;
    load().then(
      (module) => current && set({ module, failed: false }),
      () => current && set({ module: null, failed: true }),
    );
    return () => {
      current = false;
    };
  }, [wanted]);
  return state;
}
