// Does something when the network comes back.

import { useEffect, useRef } from 'preact/hooks';

export function useWhenBack(act: () => void) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const back = () => latest.current();
    addEventListener('online', back);
    return () => removeEventListener('online', back);
  }, []);
}

/** What is shown from before is asked for again. */
export function useFreshWhenBack({ asOf, error, reload }: { asOf: number | null; error: unknown; reload: () => void }) {
  useWhenBack(() => {
    if (asOf !== null || error) reload();
  });
}
