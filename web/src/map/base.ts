// Leaflet, loaded only where a map is shown: tiles if there are any, the commune's outline and zones always.

import type { GeoJSON as LeafletGeoJson, Map as LeafletMap } from 'leaflet';
import 'leaflet/dist/leaflet.css';
import './map.css';
import L from 'leaflet';
import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { theirs } from '../ui/their.tsx';
import { ground, NEAREST, type Whose } from './ground.ts';

export { L };

/** A commune as far as its maps need it. */
export type Mapped = Pick<Schemas['CommuneView'], 'boundary' | 'zones' | 'centre'> & Whose;

/** A map of the commune in `element`: all of it in view. */
export async function communeMap(element: HTMLElement, commune: Mapped): Promise<LeafletMap> {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(element, {
    zoomControl: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    // Whatever zooms the tiles have: without them the map is still one.
    minZoom: 0,
    maxZoom: NEAREST,
    // One finger scrolls the page; the map has its own buttons and takes two.
    scrollWheelZoom: true,
  });
  L.control.zoom({ zoomInTitle: t.map.zoomIn, zoomOutTitle: t.map.zoomOut }).addTo(map);
  map.attributionControl.setPrefix(false);
  const outline = boundary(commune.boundary).addTo(map);
  const around = outline.getBounds();
  if (around.isValid()) map.fitBounds(around);
  else map.setView([commune.centre.latitude, commune.centre.longitude], 14);
  const layer = await ground(commune);
  if (layer) layer.addTo(map);
  else element.classList.add('no-tiles');
  return map;
}

function boundary(shape: Schemas['Boundary']): LeafletGeoJson {
  return L.geoJSON(shape as never, { interactive: false, style: { className: 'boundary', fill: false, weight: 3 } });
}

/** A name as an element: Leaflet takes a text for HTML. */
export function named(name: string): HTMLElement {
  const element = document.createElement('span');
  element.textContent = name;
  const lang = theirs();
  if (lang) element.lang = lang;
  return element;
}
