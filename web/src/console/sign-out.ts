// Signing out of this device, wherever it is done from: nothing that was typed is there for who is next.

import { signOut as end } from '../api/session.ts';
import { stopPush } from '../offline/push.ts';
import { forgetAlerts } from './alerts/kept.ts';
import { forgetDrafts } from './drafts.ts';
import { forgetSettings } from './settings/unsaved.ts';

/** Ends the session; fails if the platform could not be told, and this device has forgotten all the same. */
export async function signOut(commune: string): Promise<void> {
  // Whoever uses this device next is not told what was meant for this account.
  await stopPush(commune).catch(() => {});
  try {
    await end(commune);
  } finally {
    forgetTyped();
  }
}

/** Nothing that was typed is there any more. */
export function forgetTyped() {
  forgetDrafts();
  forgetAlerts();
  forgetSettings();
}

let author: string | null = null;

/** What is typed from now on is this account's; what another one typed before is forgotten. */
export function typedBy(account: string) {
  if (author !== null && author !== account) forgetTyped();
  author = account;
}
