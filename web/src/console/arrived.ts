// Whether what was sent is in a report's history: the answer may have got lost on the way back.

import type { Schemas } from '../api/client.ts';
import type { Entry } from '../offline/staff-outbox.ts';

/** Clocks of phones differ from the platform's by so much at most. */
const CLOCKS = 10 * 60_000;

type Report = Pick<Schemas['ReportView'], 'version' | 'history'>;

/** What happened to a report after this version of it was seen. */
export function since(version: number, report: Report): Report['history'] {
  // A history has one entry a version, but for guests, whose report had a version before it was received.
  return report.history.slice(Math.max(1, report.history.length - (report.version - version)));
}

/** By who did it, what it was and what it said; the same said before the version that was seen is another. */
export function hasArrived(entry: Pick<Entry, 'agent' | 'at' | 'version' | 'what'>, report: Report): boolean {
  return since(entry.version, report).some((event) => {
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
