// What lies under a map's outline and pins: the commune's own file of tiles, tiles it has from elsewhere, the deployment's, or
// nothing: a map is whole without it.

import L from 'leaflet';
import { api, body, type Schemas } from '../api/client.ts';
import { config } from '../ui/config.ts';

/** What a commune has under its maps. */
export type Ground = Schemas['MapShown'];
/** A file of tiles of its own. */
export type File = Extract<Ground, { kind: 'file' }>;
/** Whose maps: a profile says what lies under them; settings know no file, and what is no commune yet nothing. */
export type Whose = { id?: string; map?: Ground | Schemas['Background']; logo?: unknown };

/** Nearer than tiles go, they are shown larger. */
export const NEAREST = 20;

/** The layer; null for a plain ground. */
export async function ground(of: Whose): Promise<L.Layer | null> {
  const shown = await shownOf(of);
  if (shown?.kind === 'plain') return null;
  if (shown?.kind === 'file') {
    // Offline it may not be there yet.
    const file = shown.tiles === 'vector' ? import('./file-shapes.ts') : import('./file-pictures.ts');
    // The host of the web serves it, by whatever name that was opened.
    const here = { ...shown, url: new URL(shown.url, location.href).pathname };
    return file.then(({ layer }) => layer(here)).catch(() => null);
  }
  const tiles = shown?.kind === 'raster' ? shown : (await config()).tiles;
  if (!tiles) return null;
  return L.tileLayer(tiles.url, {
    attribution: asText(tiles.attribution),
    minZoom: shown?.kind === 'raster' ? shown.min_zoom : 0,
    maxZoom: NEAREST,
    maxNativeZoom: tiles.max_zoom,
    referrerPolicy: 'strict-origin-when-cross-origin',
  });
}

async function shownOf(of: Whose): Promise<Ground | undefined> {
  const { id, map } = of;
  if (!id || !map || 'logo' in of) return map as Ground | undefined;
  const profile = api.GET('/v1/{commune}', { params: { path: { commune: id } } });
  return body(profile).then(
    (view) => (view.map.kind === 'file' ? view.map : map),
    () => map,
  );
}

/** Leaflet takes an attribution for HTML. */
export const asText = (text: string): string =>
  Object.assign(document.createElement('span'), { textContent: text }).innerHTML;
