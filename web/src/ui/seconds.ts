// Waiting for a moment, second by second.

import { useEffect, useState } from 'preact/hooks';

/** Seconds until `moment` (milliseconds since 1970), counted down to 0. */
export function useSecondsUntil(moment: number): number {
  const left = () => Math.max(0, Math.ceil((moment - Date.now()) / 1000));
  const [seconds, set] = useState(left());
  // biome-ignore lint/correctness/useExhaustiveDependencies: `left` is about `moment`
  useEffect(() => {
    set(left());
    const timer = setInterval(() => set(left()), 1000);
    return () => clearInterval(timer);
  }, [moment]);
  return seconds;
}
