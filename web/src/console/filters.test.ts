import { expect, test } from 'vitest';
import { addressOf, counted, filtersOf, isLate, ofServices, servicesOf, today } from './filters.ts';
import type { Commune, Member } from './staff.ts';

const commune = {
  services: [{ id: 'techniques' }, { id: 'accueil' }],
  kinds: ['problem', 'idea'],
  categories: [{ id: 'voirie' }],
  zones: [{ id: 'centre' }],
} as unknown as Commune;
const agent = { role: 'agent', services: ['techniques'] } as Member;
const mayor = { role: 'elected_member', services: [] as string[] } as Member;
type Summary = Parameters<typeof ofServices>[0][number];
const report = (fields: Partial<Summary>) =>
  ({
    group: 'open',
    status: 'received',
    created: '2026-11-01T00:00:00Z',
    service: { id: 'techniques' },
    ...fields,
  }) as Summary;

test('an address says the filters and the filters the address', () => {
  const query = { status: 'closed', service: 'accueil', kind: 'idea', category: 'voirie', zone: 'centre', sort: 'new' };
  const filters = filtersOf(query, commune, agent);
  expect(filters).toEqual(query);
  expect(filtersOf(Object.fromEntries(new URLSearchParams(addressOf(filters, agent))), commune, agent)).toEqual(query);
});

test('what is usual is not in the address and what no setting has is not a filter', () => {
  expect(addressOf(filtersOf({}, commune, agent), agent)).toBe('');
  expect(filtersOf({}, commune, agent).service).toBe('mine');
  expect(filtersOf({}, commune, mayor).service).toBe('all');
  expect(filtersOf({}, commune, { ...agent, services: [] }).service).toBe('all');
  expect(filtersOf({ service: 'gone', status: 'x', zone: '<b>' }, commune, mayor)).toEqual(
    filtersOf({}, commune, mayor),
  );
});

test('late is what is open past its day, unless its reporter is asked', () => {
  const day = '2026-11-22';
  expect(isLate(report({ expected: '2026-11-21' }), day)).toBe(true);
  expect(isLate(report({ expected: '2026-11-22' }), day)).toBe(false);
  expect(isLate(report({ expected: '2026-11-21', status: 'awaiting_reporter' }), day)).toBe(false);
  expect(isLate(report({ expected: '2026-11-21', group: 'closed', status: 'resolved' }), day)).toBe(false);
  expect(isLate(report({}), day)).toBe(false);
});

test('today is that of Paris', () => {
  expect(today(Date.parse('2026-11-21T23:30:00Z'))).toBe('2026-11-22');
});

test('services are those of the member, one, or all', () => {
  const list = [report({ id: 'a' }), report({ id: 'b', service: { id: 'accueil', name: '' } })];
  const of = (service: string) =>
    ofServices(list, servicesOf(filtersOf({ service }, commune, agent), agent)).map(({ id }) => id);
  expect([of('mine'), of('accueil'), of('all')]).toEqual([['a'], ['b'], ['a', 'b']]);
});

test('counts are those of the services asked for, what is done is no work', () => {
  const counts = [
    { service: 'techniques', by_status: { received: 3, scheduled: 1, resolved: 8 } },
    { service: 'accueil', by_status: { received: 2 } },
  ];
  expect(counted(counts, [null], null)).toBe(6);
  expect(counted(counts, ['techniques'], null)).toBe(4);
  expect(counted(counts, ['techniques', 'accueil'], 'received')).toBe(5);
  expect(counted(counts, ['accueil'], 'scheduled')).toBe(0);
});
