// Files of map tiles (PMTiles, version 3) made for a story: the same tile wherever the commune of the story is, zooms 0 to 13.

import { zxyToTileId } from 'pmtiles';

export type Box = [west: number, south: number, east: number, north: number];

const FINEST = 13;

/** A file around `box`; `tile` is a PNG or, with `vector`, an MVT. */
export function mapFile(box: Box, tile: Buffer, vector = false): Buffer {
  const ids = new Set<number>();
  for (let z = 0; z <= FINEST; z++) {
    const [west, north] = tileAt(z, box[0], box[3]);
    const [east, south] = tileAt(z, box[2], box[1]);
    // Some more on each side: a wide screen shows what is around.
    for (let x = west - 3; x <= east + 3; x++)
      for (let y = north - 3; y <= south + 3; y++)
        if (x >= 0 && y >= 0 && x < 2 ** z && y < 2 ** z) ids.add(zxyToTileId(z, x, y));
  }
  const sorted = [...ids].sort((a, b) => a - b);
  const root = Buffer.from(
    [
      sorted.length,
      ...sorted.map((id, at) => id - (sorted[at - 1] ?? 0)),
      ...sorted.map(() => 1),
      ...sorted.map(() => tile.length),
      // All are the one tile, at the begin of the data.
      ...sorted.map(() => 1),
    ].flatMap(varint),
  );
  const metadata = Buffer.from('{}');
  const head = Buffer.alloc(127);
  head.write('PMTiles');
  head[7] = 3;
  const parts = [
    [127, root.length],
    [127 + root.length, metadata.length],
    [0, 0],
    [127 + root.length + metadata.length, tile.length],
    [sorted.length, sorted.length],
    [1, 0],
  ];
  for (const [at, n] of parts.flat().entries()) if (at < 11) head.writeBigUInt64LE(BigInt(n), 8 + at * 8);
  // Not clustered; nothing is compressed; MVT or PNG; zooms.
  head.set([0, 1, 1, vector ? 1 : 2, 0, FINEST], 96);
  for (const [at, degrees] of box.entries()) head.writeInt32LE(Math.round(degrees * 1e7), 102 + at * 4);
  return Buffer.concat([head, root, metadata, tile]);
}

function tileAt(z: number, longitude: number, latitude: number): [number, number] {
  const y = Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI;
  return [Math.floor(((longitude + 180) / 360) * 2 ** z), Math.floor(((1 - y) / 2) * 2 ** z)];
}

function varint(n: number): number[] {
  const bytes = [];
  let rest = n;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

/** A vector tile whose left half is water and whose right half is land (Mapbox Vector Tile, version 2). */
export function halfWater(): Buffer {
  const field = (number: number, wire: number, content: number[]) => [
    (number << 3) | wire,
    ...(wire === 2 ? varint(content.length) : []),
    ...content,
  ];
  const zigzag = (n: number) => varint(n < 0 ? -2 * n - 1 : 2 * n);
  /** A rectangle over the whole height, from `left` so wide: move, three lines, close. */
  const shape = (left: number, width: number) => [
    ...[9, ...zigzag(left), ...zigzag(0)],
    ...[26, ...zigzag(width), ...zigzag(0), ...zigzag(0), ...zigzag(4096), ...zigzag(-width), ...zigzag(0)],
    15,
  ];
  const layer = (name: string, left: number, width: number) => {
    const feature = [...field(3, 0, [3]), ...field(4, 2, shape(left, width))];
    const text = [...Buffer.from(name)];
    return field(3, 2, [
      ...field(15, 0, [2]),
      ...field(1, 2, text),
      ...field(2, 2, feature),
      ...field(5, 0, varint(4096)),
    ]);
  };
  return Buffer.from([...layer('earth', 0, 4096), ...layer('water', 0, 2048)]);
}
