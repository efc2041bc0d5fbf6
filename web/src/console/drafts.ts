// What is typed about a report and not sent: it stays while one looks at another, and comes back when a change is taken back.

import { useEffect, useState } from 'preact/hooks';
import type { Schemas } from '../api/client.ts';
import type { Entry } from '../offline/staff-outbox.ts';

export type Task = 'status' | 'answer' | 'note';

export interface Draft {
  task: Task | null;
  to: Schemas['Status'] | '';
  note: string;
  internal: string;
  date: string;
  reason: Schemas['CloseReason'] | '';
  original: string;
  answer: string;
  colleagues: string;
  /** Photos that are at the platform already. */
  photos: { id: string; preview: string }[];
  /** The picture that was taken outdoors: on this device alone, until it is sent with `resolved`. */
  taken: Blob | null;
}

export const EMPTY: Draft = {
  task: null,
  to: '',
  note: '',
  internal: '',
  date: '',
  reason: '',
  original: '',
  answer: '',
  colleagues: '',
  photos: [],
  taken: null,
};

const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();

function put(report: string, draft: Draft) {
  drafts.set(report, draft);
  for (const listener of listeners) listener();
}

/** What is typed about a report, and how to change it. */
export function useDraft(report: string): [Draft, (fields: Partial<Draft>) => void] {
  const read = () => drafts.get(report) ?? EMPTY;
  const [draft, set] = useState(read);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` is of this report
  useEffect(() => {
    const listener = () => set(read());
    listeners.add(listener);
    listener();
    return () => {
      listeners.delete(listener);
    };
  }, [report]);
  return [draft, (fields) => put(report, { ...(drafts.get(report) ?? EMPTY), ...fields })];
}

/** Forgets the form that was sent; the others stay. */
export function sentDraft(report: string, task: Task) {
  const old = drafts.get(report) ?? EMPTY;
  if (task === 'answer') put(report, { ...old, task: null, answer: '' });
  else if (task === 'note') put(report, { ...old, task: null, colleagues: '' });
  else put(report, { ...EMPTY, answer: old.answer, colleagues: old.colleagues, taken: old.taken });
}

/** Of which reports a picture taken outdoors waits to be sent. */
export const takenOf = (): string[] => [...drafts].filter(([, { taken }]) => taken).map(([report]) => report);

/** Forgets everything that is typed: somebody else may be next. */
export function forgetDrafts() {
  drafts.clear();
}

/** Puts what was on its way back into the form it came from; a picture that is on this device alone, onto its card outdoors. */
export function restoreDraft({ report, what, photos: [taken] }: Pick<Entry, 'report' | 'what' | 'photos'>) {
  const old = drafts.get(report) ?? EMPTY;
  if (taken) return put(report, { ...old, taken });
  if ('comment' in what) {
    const { internal, text } = what.comment;
    put(report, internal ? { ...old, task: 'note', colleagues: text } : { ...old, task: 'answer', answer: text });
    return;
  }
  const { to, note, internal_note, scheduled_for, close_reason, duplicate_of, photos } = what.change;
  put(report, {
    ...old,
    task: 'status',
    to,
    note: note ?? '',
    internal: internal_note ?? '',
    date: scheduled_for ?? '',
    reason: close_reason ?? '',
    original: duplicate_of ?? '',
    photos: photos.map(({ id }) => old.photos.find((photo) => photo.id === id) ?? { id, preview: '' }),
  });
}
