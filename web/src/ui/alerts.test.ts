import { expect, test } from 'vitest';
import { type Alert, isInForce, nextEnd } from './alerts.ts';

const now = Date.parse('2026-11-23T18:00:00Z');
const flood: Alert = {
  id: '01a00000-0000-7000-8000-000000000000',
  category: 'geo',
  severity: 'severe',
  headline: 'Crue',
  description: 'L’eau monte.',
  sent: '2026-11-23T17:00:00Z',
  expires: '2026-11-24T17:00:00Z',
  in_force: true,
};

test('an alert holds until its time, whatever an old answer says', () => {
  expect(isInForce(flood, now)).toBe(true);
  expect(isInForce(flood, Date.parse(flood.expires) - 1)).toBe(true);
  expect(isInForce(flood, Date.parse(flood.expires))).toBe(false);
});

test('an alert that was ended, or that the platform says is over, does not hold', () => {
  expect(isInForce({ ...flood, ended: { at: '2026-11-23T17:30:00Z' } }, now)).toBe(false);
  expect(isInForce({ ...flood, in_force: false }, now)).toBe(false);
});

test('the next one that ends is the first of those that hold', () => {
  const soon = { ...flood, expires: '2026-11-23T19:00:00Z' };
  const over = { ...flood, expires: '2026-11-23T17:30:00Z' };
  expect(nextEnd([flood, soon, over], now)).toBe(Date.parse(soon.expires));
  expect(nextEnd([over, { ...soon, in_force: false }], now)).toBeNull();
});
