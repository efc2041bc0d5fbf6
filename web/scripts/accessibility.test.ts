import { expect, test } from 'vitest';
import rgaa from '../accessibility/rgaa.json';
import { faults, summary } from './accessibility.mjs';

const criterion = (change: object) => ({
  ...rgaa,
  criteria: rgaa.criteria.map((c) => (c.number === '1.1' ? { ...c, ...change } : c)),
});

test('a judgement has all criteria, says how, and names tests that exist', () => {
  expect(faults(rgaa)).toEqual([]);
  expect(faults({ ...rgaa, criteria: rgaa.criteria.slice(1) })).toHaveLength(1);
  expect(faults(criterion({ result: 'peut-être' }))).toHaveLength(1);
  expect(faults(criterion({ result: 'conforme', how: '' }))).toHaveLength(1);
  expect(faults(criterion({ result: 'non conforme' }))).toHaveLength(1);
  expect(faults(criterion({ how: 'tests/e2e/nothing.spec.ts' }))).toHaveLength(1);
});

test('what nobody checked counts as not conform, and the rate is never rounded up', () => {
  const all = (result: string) => ({ ...rgaa, criteria: rgaa.criteria.map((c) => ({ ...c, result })) });
  expect(summary(all('à vérifier')).rate).toBe(0);
  expect(summary(all('conforme')).rate).toBe(100);
  const almost = { ...all('conforme') };
  almost.criteria = almost.criteria.map((c, i) => (i === 0 ? { ...c, result: 'à vérifier' } : c));
  expect(summary(almost).rate).toBe(99);
  expect(summary(almost).missing.map((c) => c.number)).toEqual(['1.1']);
});
