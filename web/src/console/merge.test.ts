import { expect, test } from 'vitest';
import { behind, merged, type Part } from './merge.ts';

type Report = { id: string; expected?: string };
const part = (next: string | null, ...items: [id: string, expected?: string][]): Part<Report> => ({
  items: items.map(([id, expected]) => (expected ? { id, expected } : { id })),
  next,
});
const ids = (parts: Part<Report>[]) => merged(parts).map(({ id }) => id);

test('what is late comes first, what has no day last, the older first', () => {
  const roads = part(null, ['c', '2026-11-03'], ['a', '2026-12-01'], ['z']);
  const parks = part(null, ['b', '2026-11-03'], ['y']);
  expect(ids([roads, parks])).toEqual(['b', 'c', 'a', 'y', 'z']);
});

test('nothing is shown that something not loaded yet may come before', () => {
  const roads = part('more', ['a', '2026-11-01'], ['c', '2026-11-03']);
  const parks = part('more', ['b', '2026-11-02'], ['d', '2026-11-04']);
  expect(ids([roads, parks])).toEqual(['a', 'b', 'c']);
  expect(behind([roads, parks])).toEqual([roads]);
  expect(ids([{ ...roads, next: null }, parks])).toEqual(['a', 'b', 'c', 'd']);
});

test('a list whose filter hit nothing so far holds everything back', () => {
  const empty = part('more');
  const parks = part(null, ['b', '2026-11-02']);
  expect(ids([empty, parks])).toEqual([]);
  expect(behind([empty, parks])).toEqual([empty]);
});

test('what is in two lists is shown once', () => {
  expect(ids([part(null, ['a', '2026-11-01']), part(null, ['a', '2026-11-01'])])).toEqual(['a']);
});
