// Where a picked photo was taken.

import type { Point } from './geo.ts';

/** Where the camera says it was; null if it does not say. */
export async function takenAt(file: Blob): Promise<Point | null> {
  try {
    const { gps } = await import('exifr/dist/lite.esm.mjs');
    const found = await gps(file);
    if (!found || !Number.isFinite(found.latitude) || !Number.isFinite(found.longitude)) return null;
    // Cameras without reception write zeros.
    return found.latitude || found.longitude ? { latitude: found.latitude, longitude: found.longitude } : null;
  } catch {
    return null;
  }
}
