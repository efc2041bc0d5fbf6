// Background Sync, where a browser has it: the service worker sends what waits, although no page may be open any more. An open
// page sends too; which of them does is settled by lock.ts.

import { assume } from '../api/tokens.ts';
import { speak } from '../texts/language.ts';
import { queuedDrafts } from './drafts.ts';
import { send } from './outbox.ts';

/** Rejects while something still waits, so that the browser tries again later. */
export async function sendAll(): Promise<void> {
  let left = 0;
  for (const draft of await queuedDrafts()) {
    const { by, tried } = draft;
    // What the platform put off, it would put off again.
    const early = tried?.detail != null && tried.next > Date.now();
    if (early || !by) {
      left += 1;
      continue;
    }
    assume(draft.commune, by.signedIn);
    speak(by.language);
    if ((await send(draft.id))?.state === 'queued') left += 1;
  }
  if (left > 0) throw new Error(`${left} still wait`);
}
