import { expect, test } from 'vitest';
import { extent, outlineIn, positions } from './geojson.ts';

const ring = [
  [5, 43],
  [6, 43],
  [6, 44],
  [5, 43],
];
const polygon = { type: 'Polygon', coordinates: [ring] };

test('an outline is found whatever it is wrapped in, and heights are left out', () => {
  expect(outlineIn(JSON.stringify(polygon))).toEqual(polygon);
  expect(outlineIn(JSON.stringify({ type: 'Feature', properties: {}, geometry: polygon }))).toEqual(polygon);
  const high = { type: 'Polygon', coordinates: [ring.map(([x, y]) => [x, y, 120])] };
  expect(
    outlineIn(JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', geometry: high }] })),
  ).toEqual(polygon);
  const two = outlineIn(JSON.stringify({ type: 'GeometryCollection', geometries: [polygon, polygon] }));
  expect(two?.type).toBe('MultiPolygon');
});

test('what is no outline is none', () => {
  for (const text of [
    '',
    '{',
    '[]',
    '{"type":"Point","coordinates":[5,43]}',
    '{"type":"Polygon","coordinates":[[["a"]]]}',
  ])
    expect(outlineIn(text)).toBeNull();
});

test('positions are counted and the extent is that of all of them', () => {
  const shape = outlineIn(
    JSON.stringify({ type: 'MultiPolygon', coordinates: [[ring], [ring.map(([x, y]) => [(x ?? 0) + 2, y])]] }),
  );
  expect(shape && positions(shape)).toBe(8);
  expect(shape && extent(shape)).toEqual([5, 43, 8, 44]);
});
