import { beforeAll, expect, test, vi } from 'vitest';

beforeAll(async () => {
  vi.stubGlobal('navigator', { languages: ['fr'] });
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal('document', { documentElement: {} });
  await (await import('../texts/index.ts')).loadTexts();
});

const commune = { categories: [{ id: 'voirie' }], zones: [{ id: 'centre' }] } as never;

test('an address says the filters and the filters the address', async () => {
  const { countOf, listLink, readFilters } = await import('./filters.ts');
  const filters = readFilters({ kind: 'problem', zone: 'centre', mine: 'true', since: '7' }, commune);
  expect(countOf(filters)).toBe(4);
  expect(listLink('aubignac', filters)).toBe('/aubignac/reports?kind=problem&zone=centre&since=7&mine=true');
});

test('what means nothing here is left out', async () => {
  const { countOf, readFilters } = await import('./filters.ts');
  expect(countOf(readFilters({ kind: 'x', category: 'gone', status: '', since: '8', mine: '1' }, commune))).toBe(0);
});

test('days are whole, so that the question stays the same', async () => {
  const { asQuery, NONE } = await import('./filters.ts');
  const at = Date.parse('2026-11-22T09:30:00Z');
  expect(asQuery({ ...NONE, since: '7', whose: 'following' }, at)).toEqual({
    since: '2026-11-14T23:00:00Z',
    following: true,
  });
  // It is November in Paris already, and seven days before began in summer.
  const night = Date.parse('2026-10-31T23:30:00Z');
  expect(asQuery({ ...NONE, since: '7' }, night)).toEqual({ since: '2026-10-24T22:00:00Z' });
});
