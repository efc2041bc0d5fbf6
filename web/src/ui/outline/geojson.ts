// An outline out of a file: GeoJSON as maps and offices write it, bare or wrapped.

import type { Schemas } from '../../api/client.ts';

type Boundary = Schemas['Boundary'];

/** The outline in `text`: a Polygon or MultiPolygon, in a Feature, a collection or by itself; null if there is none. */
export function outlineIn(text: string): Boundary | null {
  try {
    const polygons = rings(JSON.parse(text));
    const [one] = polygons;
    if (!one) return null;
    return polygons.length === 1
      ? { type: 'Polygon', coordinates: one }
      : { type: 'MultiPolygon', coordinates: polygons };
  } catch {
    return null;
  }
}

/** Every polygon in a value of GeoJSON, whatever it is wrapped in. */
function rings(value: unknown): number[][][][] {
  if (typeof value !== 'object' || value === null) return [];
  const it = value as {
    type?: string;
    features?: unknown[];
    geometries?: unknown[];
    geometry?: unknown;
    coordinates?: unknown;
  };
  if (it.type === 'FeatureCollection') return (it.features ?? []).flatMap(rings);
  if (it.type === 'GeometryCollection') return (it.geometries ?? []).flatMap(rings);
  if (it.type === 'Feature') return rings(it.geometry);
  const polygons = it.type === 'Polygon' ? [it.coordinates] : it.type === 'MultiPolygon' ? it.coordinates : [];
  // Heights are left out: a boundary has none.
  return (polygons as unknown[]).map((polygon) => {
    if (!Array.isArray(polygon)) throw new Error('no polygon');
    return polygon.map((ring: unknown) => {
      if (!Array.isArray(ring)) throw new Error('no ring');
      return ring.map((at: unknown) => {
        if (!Array.isArray(at) || !Number.isFinite(at[0]) || !Number.isFinite(at[1])) throw new Error('no position');
        return [at[0], at[1]];
      });
    });
  });
}

/** How many positions there are. */
export const positions = (shape: Boundary) =>
  (shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates)
    .flat()
    .reduce((sum, ring) => sum + ring.length, 0);

/** West, south, east and north. */
export function extent(shape: Boundary): [number, number, number, number] {
  const all = (shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates).flat(2);
  const [lng, lat] = [all.map((p) => p[0] ?? 0), all.map((p) => p[1] ?? 0)];
  const least = (of: number[]) => of.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = (of: number[]) => of.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return [least(lng), least(lat), most(lng), most(lat)];
}
