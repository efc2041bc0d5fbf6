import { expect, test } from 'vitest';
import type { Schemas } from '../../api/client.ts';
import { isInside, metresToOutline, moved, parseCoordinates, whereIs } from './geo.ts';

const square = (west: number, south: number, size: number) => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const withHole: Schemas['Boundary'] = { type: 'Polygon', coordinates: [square(5, 43, 1), square(5.4, 43.4, 0.2)] };
const two: Schemas['Boundary'] = { type: 'MultiPolygon', coordinates: [[square(5, 43, 1)], [square(7, 43, 1)]] };

test('a hole is outside, a second part inside', () => {
  expect(isInside(withHole, { longitude: 5.1, latitude: 43.1 })).toBe(true);
  expect(isInside(withHole, { longitude: 5.5, latitude: 43.5 })).toBe(false);
  expect(isInside(two, { longitude: 7.5, latitude: 43.5 })).toBe(true);
  expect(isInside(two, { longitude: 6.5, latitude: 43.5 })).toBe(false);
});

test('near the outline only the platform can tell', () => {
  const edge = { longitude: 5, latitude: 43.2 };
  expect(metresToOutline(withHole, moved(edge, -120, 0))).toBeCloseTo(120, 0);
  expect(whereIs(withHole, moved(edge, 120, 0))).toBe('inside');
  expect(whereIs(withHole, moved(edge, -120, 0))).toBe('unsure');
  expect(whereIs(withHole, moved(edge, -400, 0))).toBe('outside');
});

test.each([
  ['43.6704, 5.5912', 43.6704, 5.5912],
  ['43,6704 5,5912', 43.6704, 5.5912],
  ['43,6704, 5,5912', 43.6704, 5.5912],
  [' 43.6704;5.5912 ', 43.6704, 5.5912],
  ['43.6704° N, 5.5912° E', 43.6704, 5.5912],
  ['1.5 O 47.2 N', 47.2, -1.5],
  ['-21.1, 55.5', -21.1, 55.5],
])('%s is a place', (text, latitude, longitude) => {
  expect(parseCoordinates(text)).toEqual({ latitude, longitude });
});

test.each(['', '43.6704', 'place du Parvis', '143, 5', '43 200', '43.1 5.2 6.3'])('%s is none', (text) => {
  expect(parseCoordinates(text)).toBeNull();
});
