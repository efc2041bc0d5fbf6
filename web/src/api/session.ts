// Who is signed in, for screens: they are drawn again when it changes.

import { useEffect, useState } from 'preact/hooks';
import { currentSession, onSession, type Session } from './tokens.ts';

export * from './tokens.ts';

/** The session in the commune that is looked at: what still leaves for another one has its own. */
export function useSession(): Session | null {
  const [now, change] = useState(currentSession());
  useEffect(() => {
    const listener = () => change(currentSession());
    listener();
    return onSession(listener);
  }, []);
  return now?.commune === location.pathname.split('/')[1] ? now : null;
}
