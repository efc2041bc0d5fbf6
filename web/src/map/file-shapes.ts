// A commune's own file of tiles that are shapes, in the scheme of Protomaps' basemaps: drawn here, by day or by night.

import L from 'leaflet';
import { PMTiles } from 'pmtiles';
import { leafletLayer } from 'protomaps-leaflet';
import { language } from '../texts/index.ts';
import { asText, type File, NEAREST } from './ground.ts';

// The library makes its layer of the Leaflet that it finds there.
Object.assign(globalThis, { L });

export function layer(file: File): L.Layer {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  return leafletLayer({
    url: new PMTiles(file.url),
    flavor: dark ? 'dark' : 'light',
    lang: language(),
    attribution: asText(file.attribution),
    minZoom: file.min_zoom,
    maxZoom: NEAREST,
    maxDataZoom: file.max_zoom,
  }) as unknown as L.Layer;
}
