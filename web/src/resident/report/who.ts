// Whether whoever writes is signed in, as far as this device knows.

import { useEffect, useState } from 'preact/hooks';
import { mayBeSignedIn, renew, useSession } from '../../api/session.ts';

/** `asking` until the platform has answered; without a network whoever was signed in last counts as signed in. */
export function useWho(commune: string): 'asking' | 'guest' | 'account' {
  const session = useSession();
  const here = session?.commune === commune;
  const [asked, set] = useState(!mayBeSignedIn(commune));
  useEffect(() => {
    if (asked || here) return;
    renew(commune)
      .then(() => set(true))
      .catch(() => {
        // No network: the mark is all there is to go by.
      });
  }, [commune, asked, here]);
  if (here) return 'account';
  if (asked) return 'guest';
  return navigator.onLine ? 'asking' : 'account';
}
