import { expect, test } from 'vitest';
import { hasArrived } from './arrived.ts';

type History = Parameters<typeof hasArrived>[1]['history'];
const at = Date.parse('2026-11-22T10:00:00Z');
const event = (fields: object) =>
  ({
    id: 'e',
    at: '2026-11-22T10:00:05Z',
    agent: 'Luc',
    status: 'in_progress',
    photos: [],
    ...fields,
  }) as unknown as History[number];
const received = event({ at: '2026-11-22T09:00:00Z', agent: null, what: { type: 'submitted' } });
/** A report of which its first version was seen, and what followed. */
const after = (...followed: History) => ({ version: 1 + followed.length, history: [received, ...followed] });
const step = { change: { to: 'in_progress' as const, note: 'On y va', photos: [] } };
const done = event({ what: { type: 'status_changed', from: 'received', to: 'in_progress' }, note: 'On y va' });

test('a change has arrived when the history has it, word for word, by the same agent', () => {
  const entry = { agent: 'Luc', at, version: 1, what: step };
  expect(hasArrived(entry, after(done))).toBe(true);
  expect(hasArrived({ ...entry, agent: 'Nadia' }, after(done))).toBe(false);
  expect(hasArrived(entry, after({ ...done, note: 'Autre' }))).toBe(false);
  expect(hasArrived(entry, after({ ...done, internal_note: 'x' }))).toBe(false);
  expect(hasArrived(entry, after())).toBe(false);
});

test('the same step of another day is another', () => {
  expect(hasArrived({ agent: 'Luc', at, version: 1, what: step }, after({ ...done, at: '2026-11-20T10:00:00Z' }))).toBe(
    false,
  );
});

test('words for colleagues and words for everybody are not taken for each other', () => {
  const said = { agent: 'Luc', at, version: 1, what: { comment: { text: 'Voilà', internal: false, photos: [] } } };
  const kept = { agent: 'Luc', at, version: 1, what: { comment: { text: 'Voilà', internal: true, photos: [] } } };
  const comment = event({ what: { type: 'commented' }, note: 'Voilà' });
  const note = event({ what: { type: 'internal_note' }, internal_note: 'Voilà' });
  expect([hasArrived(said, after(comment)), hasArrived(said, after(note))]).toEqual([true, false]);
  expect([hasArrived(kept, after(comment)), hasArrived(kept, after(note))]).toEqual([false, true]);
});

test('the same step before the version that was seen is another', () => {
  const resolved = { ...done, at: '2026-11-22T09:55:00Z' };
  const reopened = event({
    at: '2026-11-22T09:58:00Z',
    what: { type: 'status_changed', from: 'resolved', to: 'reopened' },
  });
  const entry = { agent: 'Luc', at, version: 3, what: step };
  expect(hasArrived(entry, after(resolved, reopened))).toBe(false);
  expect(hasArrived(entry, after(resolved, reopened, done))).toBe(true);
});

test('the same words twice are two comments', () => {
  const said = { agent: 'Luc', at, version: 2, what: { comment: { text: 'Voilà', internal: false, photos: [] } } };
  const comment = event({ what: { type: 'commented' }, note: 'Voilà' });
  expect(hasArrived(said, after(comment))).toBe(false);
  expect(hasArrived(said, after(comment, comment))).toBe(true);
});

test('the history of a guest, whose report had a version before it was received, is counted from its end', () => {
  const seen = event({ at: '2026-11-22T09:58:00Z', what: { type: 'commented' }, note: 'Voilà' });
  const said = { agent: 'Luc', at, version: 3, what: { comment: { text: 'Voilà', internal: false, photos: [] } } };
  expect(hasArrived(said, { version: 3, history: [received, seen] })).toBe(false);
  expect(hasArrived(said, { version: 4, history: [received, seen, seen] })).toBe(true);
});
