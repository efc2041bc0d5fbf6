// Is a place in the commune, in which part of it, and what somebody meant who typed coordinates. The platform decides; this
// tells at once.

import type { Schemas } from '../../api/client.ts';

export interface Point {
  longitude: number;
  latitude: number;
}

type Ring = number[][];

const polygons = (shape: Schemas['Boundary']): Ring[][] =>
  shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;

/** Whether a ray from the point crosses the ring an odd number of times. */
function inRing(ring: Ring, { longitude, latitude }: Point): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi = 0, yi = 0] = ring[i] ?? [];
    const [xj = 0, yj = 0] = ring[j] ?? [];
    if (yi > latitude !== yj > latitude && longitude < ((xj - xi) * (latitude - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

export const isInside = (shape: Schemas['Boundary'], point: Point): boolean =>
  polygons(shape).some(([outline = [], ...holes]) => inRing(outline, point) && !holes.some((h) => inRing(h, point)));

const METRES_PER_DEGREE = 111_320;

/** How far a point is from the outline, in metres; good to some percent near a commune. */
export function metresToOutline(shape: Schemas['Boundary'], point: Point): number {
  const shrink = Math.cos((point.latitude * Math.PI) / 180);
  const flat = ([x = 0, y = 0]: number[]) => [
    (x - point.longitude) * shrink * METRES_PER_DEGREE,
    (y - point.latitude) * METRES_PER_DEGREE,
  ];
  let least = Number.POSITIVE_INFINITY;
  for (const ring of polygons(shape).flat()) {
    for (let i = 1; i < ring.length; i++) {
      const [ax = 0, ay = 0] = flat(ring[i - 1] ?? []);
      const [bx = 0, by = 0] = flat(ring[i] ?? []);
      const [dx, dy] = [bx - ax, by - ay];
      const along = dx || dy ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / (dx * dx + dy * dy))) : 0;
      least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy));
    }
  }
  return least;
}

/** The outline that the device has is simplified: so near to it, only the platform can tell. */
const UNSURE = 300;

export type Where = 'inside' | 'unsure' | 'outside';

export function whereIs(shape: Schemas['Boundary'], point: Point): Where {
  if (isInside(shape, point)) return 'inside';
  return metresToOutline(shape, point) <= UNSURE ? 'unsure' : 'outside';
}

/** The name of the part of the commune. */
export const zoneOf = (zones: Schemas['Zone'][], point: Point): string | null =>
  zones.find((z) => !z.archived && isInside(z.boundary, point))?.name ?? null;

/** `43.6704, 5.5912`, `43,6704 5,5912`, `43.67° N 5.59° E`: latitude first, as maps show it; null if it is nothing like it. */
export function parseCoordinates(text: string): Point | null {
  const found = [...text.trim().matchAll(/(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([NSEOW])?/gi)];
  if (found.length !== 2) return null;
  const [first, second] = found.map(([, digits = '', side = '']) => ({
    value: Number(digits.replace(',', '.')) * (/[SOW]/i.test(side) ? -1 : 1),
    isLongitude: /[EOW]/i.test(side),
  }));
  if (!first || !second) return null;
  const [north, east] = first.isLongitude ? [second, first] : [first, second];
  if (Math.abs(north.value) > 90 || Math.abs(east.value) > 180) return null;
  return { latitude: north.value, longitude: east.value };
}

/** Five decimals are a metre. */
export const rounded = ({ longitude, latitude }: Point): Point => ({
  longitude: Math.round(longitude * 1e5) / 1e5,
  latitude: Math.round(latitude * 1e5) / 1e5,
});

/** So many metres east and north of a point. */
export const moved = ({ longitude, latitude }: Point, east: number, north: number): Point => ({
  longitude: longitude + east / (METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180)),
  latitude: latitude + north / METRES_PER_DEGREE,
});
