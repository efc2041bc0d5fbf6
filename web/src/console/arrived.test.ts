import { expect, test } from 'vitest';
import { hasArrived } from './arrived.ts';

type History = Parameters<typeof hasArrived>[1];
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
const step = { change: { to: 'in_progress' as const, note: 'On y va', photos: [] } };
const done = event({ what: { type: 'status_changed', from: 'received', to: 'in_progress' }, note: 'On y va' });

test('a change has arrived when the history has it, word for word, by the same agent', () => {
  const entry = { agent: 'Luc', at, what: step };
  expect(hasArrived(entry, [done])).toBe(true);
  expect(hasArrived({ ...entry, agent: 'Nadia' }, [done])).toBe(false);
  expect(hasArrived(entry, [{ ...done, note: 'Autre' }])).toBe(false);
  expect(hasArrived(entry, [{ ...done, internal_note: 'x' }])).toBe(false);
  expect(hasArrived(entry, [])).toBe(false);
});

test('the same step of another day is another', () => {
  expect(hasArrived({ agent: 'Luc', at, what: step }, [{ ...done, at: '2026-11-20T10:00:00Z' }])).toBe(false);
});

test('words for colleagues and words for everybody are not taken for each other', () => {
  const said = { agent: 'Luc', at, what: { comment: { text: 'Voilà', internal: false, photos: [] } } };
  const kept = { agent: 'Luc', at, what: { comment: { text: 'Voilà', internal: true, photos: [] } } };
  const comment = event({ what: { type: 'commented' }, note: 'Voilà' });
  const note = event({ what: { type: 'internal_note' }, internal_note: 'Voilà' });
  expect([hasArrived(said, [comment]), hasArrived(said, [note])]).toEqual([true, false]);
  expect([hasArrived(kept, [comment]), hasArrived(kept, [note])]).toEqual([false, true]);
});
