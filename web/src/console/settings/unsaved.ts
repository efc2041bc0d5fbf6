// What was typed in forms of the settings and not saved: kept while the console is open, whichever link is followed.

import type { Held } from './desk.ts';

export interface Draft {
  from: Held;
  value: unknown;
}

/** By commune and part. */
export const drafts = new Map<string, Draft>();

addEventListener('beforeunload', (event) => {
  if (drafts.size > 0) event.preventDefault();
});

/** Forgets everything that is typed: somebody else may be next. */
export const forgetSettings = () => drafts.clear();
