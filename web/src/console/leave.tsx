// Signing out: what is on its way goes first; what cannot go is lost only after a question. Nothing stays on the device.

import { useState } from 'preact/hooks';
import { OfflineError } from '../api/client.ts';
import { unsentOf } from '../offline/staff-outbox.ts';
import { t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { words } from '../ui/page.tsx';
import { discard, flush, unsent } from './outbox.ts';
import { signOut } from './sign-out.ts';
import { c } from './texts/index.ts';

/** How to sign out, and the question that may come before. */
export function useLeave(commune: string, account: string, left: () => void) {
  const [waiting, setWaiting] = useState(0);
  const out = async () => {
    try {
      await signOut(commune);
    } catch (error) {
      // The device has forgotten; the platform hears of it with the next sign-in.
      announce(error instanceof OfflineError ? c.leave.offline : words(error as Error));
    } finally {
      left();
    }
  };
  const leave = async () => {
    await flush(account);
    // A device that keeps nothing has them on this page alone; another tab's are kept, and lost with these.
    const still = Math.max(unsent(account).length, await unsentOf(account));
    if (still > 0) setWaiting(still);
    else await out();
  };
  const lose = async () => {
    for (const { id } of unsent(account)) await discard(id);
    await out();
  };
  const question = waiting > 0 && (
    <Confirm title={t.common.unsent.title} button={t.common.unsent.lose} run={lose} close={() => setWaiting(0)}>
      <p>{t.common.unsent.text(waiting)}</p>
    </Confirm>
  );
  return { leave, question };
}
