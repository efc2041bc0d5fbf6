// Whether what was sent is in a report's history: the answer may have got lost on the way back.

import type { Schemas } from '../api/client.ts';
import type { Entry } from './outbox-store.ts';

/** Clocks of phones differ from the platform's by so much at most. */
const CLOCKS = 10 * 60_000;

/** By who did it, what it was and what it said. */
export function hasArrived(
  entry: Pick<Entry, 'agent' | 'at' | 'what'>,
  history: Schemas['ReportView']['history'],
): boolean {
  return history.some((event) => {
    if (event.agent !== entry.agent || Date.parse(event.at) < entry.at - CLOCKS) return false;
    if ('change' in entry.what) {
      const { to, note, internal_note } = entry.what.change;
      return (
        event.what.type === 'status_changed' &&
        event.what.to === to &&
        (event.note ?? null) === (note ?? null) &&
        (event.internal_note ?? null) === (internal_note ?? null)
      );
    }
    const { text, internal } = entry.what.comment;
    return internal
      ? event.what.type === 'internal_note' && event.internal_note === text
      : event.what.type === 'commented' && event.note === text;
  });
}
