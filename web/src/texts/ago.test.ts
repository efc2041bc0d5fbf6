import { beforeAll, expect, test, vi } from 'vitest';
import { ago, loadTexts } from './index.ts';

beforeAll(async () => {
  vi.stubGlobal('navigator', { languages: ['fr'] });
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal('document', { documentElement: {} });
  await loadTexts();
});

/** Spaces as they are typed. */
const said = (when: string, now: string) => ago(when, Date.parse(now)).replaceAll('\u00a0', ' ');

test('less than a day is told in hours and minutes, over midnight too', () => {
  expect(said('2026-11-22T09:59:30Z', '2026-11-22T10:00:00Z')).toBe('à l’instant');
  expect(said('2026-11-22T22:40:00Z', '2026-11-22T23:10:00Z')).toBe('il y a 30 minutes');
  expect(said('2026-11-21T20:00:00Z', '2026-11-22T08:00:00Z')).toBe('il y a 12 heures');
  expect(said('2026-11-22T12:00:00Z', '2026-11-22T10:00:00Z')).toBe('dans 2 heures');
});

test('yesterday is the day before, and no other', () => {
  // Friday evening, read on Sunday morning: 35 hours.
  expect(said('2026-11-20T21:00:00Z', '2026-11-22T08:00:00Z')).toBe('avant-hier');
  expect(said('2026-11-21T07:00:00Z', '2026-11-22T20:00:00Z')).toBe('hier');
  expect(said('2026-11-19T22:00:00Z', '2026-11-22T08:00:00Z')).toBe('il y a 3 jours');
  expect(said('2026-11-24T22:00:00Z', '2026-11-22T08:00:00Z')).toBe('après-demain');
});

test('days begin at midnight in Paris, in summer too', () => {
  // 00:30 on the 2nd in Paris, still the 1st in UTC.
  expect(said('2026-07-01T22:30:00Z', '2026-07-03T08:00:00Z')).toBe('hier');
  expect(said('2026-07-01T21:30:00Z', '2026-07-03T08:00:00Z')).toBe('avant-hier');
  expect(said('2026-11-20T23:30:00Z', '2026-11-22T08:00:00Z')).toBe('hier');
  expect(said('2026-11-20T22:30:00Z', '2026-11-22T08:00:00Z')).toBe('avant-hier');
});

test('the nights in which the clocks change', () => {
  // 25 October has 25 hours, 29 March has 23.
  expect(said('2026-10-24T22:10:00Z', '2026-10-25T22:30:00Z')).toBe('il y a 24 heures');
  expect(said('2026-10-24T21:50:00Z', '2026-10-25T22:30:00Z')).toBe('hier');
  expect(said('2026-03-28T22:30:00Z', '2026-03-29T22:30:00Z')).toBe('avant-hier');
  expect(said('2026-03-28T23:30:00Z', '2026-03-29T22:15:00Z')).toBe('il y a 22 heures');
});
