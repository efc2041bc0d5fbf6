// Coordinates as people type and maps copy them.

/** `43.67, 5.59`, as maps copy them; null for anything else. */
export function coordinates(text: string): { latitude: number; longitude: number } | null {
  const found = text.trim().match(/^(-?\d{1,2}(?:[.,]\d+)?)\s*[;,\s]\s*(-?\d{1,3}(?:[.,]\d+)?)$/);
  if (!found) return null;
  const [latitude, longitude] = [found[1], found[2]].map((n) => Number(n?.replace(',', '.')));
  if (latitude === undefined || longitude === undefined) return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}
