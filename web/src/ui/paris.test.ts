import { expect, test } from 'vitest';
import { dayOf, daysAfter, endOf, localOf, midnight, momentOf, told } from './paris.ts';

test('a day begins at midnight in Paris, in winter, in summer and when the clocks change', () => {
  const begins = ['2026-11-22', '2026-07-01', '2026-03-29', '2026-03-30', '2026-10-25', '2026-10-26'].map((day) =>
    told(midnight(day)),
  );
  expect(begins).toEqual([
    '2026-11-21T23:00:00Z',
    '2026-06-30T22:00:00Z',
    '2026-03-28T23:00:00Z',
    '2026-03-29T22:00:00Z',
    '2026-10-24T22:00:00Z',
    '2026-10-25T23:00:00Z',
  ]);
});

test('a day ends with its last second in Paris', () => {
  expect(['2026-11-22', '2026-07-01', '2026-03-29', '2026-10-25', '2026-12-31'].map(endOf)).toEqual([
    '2026-11-22T22:59:59Z',
    '2026-07-01T21:59:59Z',
    '2026-03-29T21:59:59Z',
    '2026-10-25T22:59:59Z',
    '2026-12-31T22:59:59Z',
  ]);
  expect(dayOf(Date.parse(endOf('2026-07-01')))).toBe('2026-07-01');
});

test('just after midnight in Paris it is the new day, whatever UTC says', () => {
  expect(dayOf(Date.parse('2026-07-01T22:30:00Z'))).toBe('2026-07-02');
  expect(dayOf(Date.parse('2026-11-22T22:30:00Z'))).toBe('2026-11-22');
  expect(dayOf(Date.parse('2026-11-22T23:30:00Z'))).toBe('2026-11-23');
});

test('days are counted over the change of the clocks', () => {
  expect(daysAfter('2026-10-24', 2)).toBe('2026-10-26');
  expect(daysAfter('2026-03-30', -2)).toBe('2026-03-28');
  expect(daysAfter('2026-12-02', 30)).toBe('2027-01-01');
});

test('a day and time in a field are those of Paris, there and back', () => {
  for (const [local, at] of [
    ['2026-11-22T18:05', '2026-11-22T17:05:00Z'],
    ['2026-07-01T00:30', '2026-06-30T22:30:00Z'],
    ['2026-03-29T03:00', '2026-03-29T01:00:00Z'],
    ['2026-10-25T02:30', '2026-10-25T00:30:00Z'],
  ] as const) {
    expect(told(momentOf(local))).toBe(at);
    expect(localOf(Date.parse(at))).toBe(local);
  }
  expect(momentOf('')).toBeNaN();
});
