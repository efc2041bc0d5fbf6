// Whether somebody is signed in here, found out before anything is asked that only they may ask.

import { useEffect, useState } from 'preact/hooks';
import { bearer, mayBeSignedIn, useSession } from '../api/session.ts';

/** `offline`: somebody was, and without a network nobody can say more. */
export type SignedIn = 'in' | 'out' | 'asking' | 'offline';

export function useSignedIn(commune: string): SignedIn {
  const session = useSession();
  const [found, set] = useState<SignedIn>('asking');
  useEffect(() => {
    if (session) return;
    let current = true;
    bearer(commune).then(
      (token) => current && set(token ? 'in' : 'out'),
      () => current && set('offline'),
    );
    return () => {
      current = false;
    };
  }, [commune, session]);
  if (session) return 'in';
  return mayBeSignedIn(commune) ? found : 'out';
}
