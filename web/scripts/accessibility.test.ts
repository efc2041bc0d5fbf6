import { expect, test } from 'vitest';
import rgaa from '../accessibility/rgaa.json';
import { faults, markup, summary } from './accessibility.mjs';

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

test('no criterion is said not to apply where the screens have what it is about', () => {
  const none = rgaa.criteria.map((c) => ({ ...c, result: 'non applicable', how: 'Rien' }));
  const found = faults({ ...rgaa, criteria: none }).map((fault) => fault.split(' ')[0]);
  expect(found).toEqual(['1.9', '9.4']);
  expect(faults({ ...rgaa, criteria: none }, undefined, '<iframe src="/"')).toHaveLength(2);
});

test('every caption is tied to its image (RGAA 1.9)', () => {
  // The only one: in src/ui/figure.tsx.
  expect(markup().match(/<figcaption\b/g)).toHaveLength(1);
  expect(markup().match(/<figure\b.*/g)).toEqual([expect.stringMatching(/role="figure" aria-label=\{props.caption\}/)]);
});

test('every field for a number or an address says whether it is the reader’s own (RGAA 11.13)', () => {
  const fields = markup().match(/<(?:TextField|input)\b.*?\/>/gs) ?? [];
  const personal = fields.filter((field) => /type="(?:tel|email)"|inputMode="(?:tel|email)"/.test(field));
  expect(personal.length).toBeGreaterThan(5);
  expect(personal.filter((field) => !field.includes('autocomplete='))).toEqual([]);
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
