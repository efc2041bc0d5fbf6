// Lists that are sorted alike, each loaded as far as it was asked for, read as one: nothing is shown that something of another
// list, not loaded yet, may come before.

import type { Schemas } from '../api/client.ts';

type Summary = Pick<Schemas['ReportSummary'], 'id' | 'expected'>;

/** What was loaded of a list, and where it goes on. */
export interface Part<T = Schemas['ReportSummary']> {
  items: T[];
  next: string | null;
}

/** As the platform sorts its inbox: by the expected day, those without one last, then by when they were sent. */
const place = ({ expected, id }: Summary) => `${expected ?? '9999-12-31'}#${id}`;

/** Up to where a part is known. */
const end = <T extends Summary>({ items }: Part<T>) => items.map(place).reduce((a, b) => (a > b ? a : b), '');

/** The parts that more has to be loaded of before anything more can be shown. */
export function behind<T extends Summary>(parts: readonly Part<T>[]): Part<T>[] {
  const open = parts.filter(({ next }) => next !== null);
  const first = open.map(end).sort()[0];
  return open.filter((part) => end(part) === first);
}

/** All that can be shown, in order, each once: what changed its service meanwhile may be in two lists. */
export function merged<T extends Summary>(parts: readonly Part<T>[]): T[] {
  const [late] = behind(parts);
  const until = late && end(late);
  const all = new Map(parts.flatMap(({ items }) => items).map((report) => [report.id, report]));
  return [...all.values()]
    .filter((report) => until === undefined || place(report) <= until)
    .sort((a, b) => (place(a) < place(b) ? -1 : 1));
}
