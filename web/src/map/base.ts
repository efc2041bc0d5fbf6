// Leaflet, loaded only where a map is shown: tiles if there are any, the commune's outline and zones always.

import type { Layer, LayerGroup, GeoJSON as LeafletGeoJson, Map as LeafletMap, TileEvent } from 'leaflet';
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

/** Maps that wait for their background, by their element. */
const begun = new WeakMap<HTMLElement, LeafletMap>();

/**
 * A map of the commune in `element`: all of it in view, `zoneNames` with the names of its zones. One that is begun anew there
 * before it has its background is never answered.
 */
export async function communeMap(element: HTMLElement, commune: Mapped, zoneNames = false): Promise<LeafletMap> {
  begun.get(element)?.remove();
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(element, {
    zoomControl: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    // Whatever zooms the tiles have: without them the map is still one.
    minZoom: 0,
    maxZoom: NEAREST,
  });
  begun.set(element, map);
  L.control.zoom({ zoomInTitle: t.map.zoomIn, zoomOutTitle: t.map.zoomOut }).addTo(map);
  map.attributionControl.setPrefix(false);
  const outline = boundary(commune.boundary).addTo(map);
  const around = outline.getBounds();
  if (around.isValid()) map.fitBounds(around);
  else map.setView([commune.centre.latitude, commune.centre.longitude], 14);
  zones(commune.zones, zoneNames).addTo(map);
  const layer = await ground(commune);
  if (begun.get(element) !== map) return new Promise(() => {});
  begun.delete(element);
  element.classList.toggle('no-tiles', !layer);
  if (layer) watched(layer, map).addTo(map);
  return map;
}

/** A map says `bare` where nothing of its background came at some zoom: without a network, or from a server that is down. */
function watched(layer: Layer, map: LeafletMap): Layer {
  const { classList } = map.getContainer();
  const come = new Set<number>();
  let failed: number | null = null;
  layer.on('tileload', ({ coords }: TileEvent) => {
    come.add(coords.z);
    classList.remove('no-tiles');
  });
  layer.on('tileerror', ({ coords }: { coords: L.Coords }) => {
    failed = coords.z;
  });
  // Not at the first error: many servers have nothing outside of what is theirs.
  layer.on('load', () => {
    if (failed !== null && !come.has(failed)) {
      classList.add('no-tiles');
      map.fire('bare');
    }
    failed = null;
  });
  return layer;
}

/** In the middle of a page one finger scrolls the page, and two move the map. */
export function amidPage(map: LeafletMap) {
  if (matchMedia('(pointer: coarse)').matches) map.dragging.disable();
}

/** From so near one sees no more of a commune than its streets. */
const NEAR = 17;

/**
 * Goes near, where there is a background. Without one only the outline and the zones say where a place is: then the map stays
 * where it was, or at `far`; also when the background does not come, unless somebody has zoomed by then.
 */
export function approach(map: LeafletMap, place: { latitude: number; longitude: number }, far?: number) {
  const [was, from] = [map.getCenter(), map.getZoom()];
  const at = L.latLng(place.latitude, place.longitude);
  // At once: a map that is left in the middle of a movement fails.
  const go = (to: L.LatLng, zoom: number) => void map.setView(to, zoom, { animate: false });
  const stay = () => (far === undefined ? go(was, from) : go(at, Math.max(from, far)));
  if (map.getContainer().classList.contains('no-tiles')) return stay();
  go(at, Math.max(from, NEAR));
  const over = () => void map.off('bare', bare).off('zoomstart', over);
  const bare = () => {
    over();
    stay();
  };
  map.on('bare', bare).on('zoomstart', over);
}

/** Those that are in use. Each name is measured as it is drawn: only where somebody reads them. */
function zones(all: readonly Schemas['Zone'][], names: boolean): LayerGroup {
  const group = L.layerGroup();
  for (const { archived, boundary, name } of all) {
    if (archived) continue;
    const zone = L.geoJSON(boundary as never, { interactive: false, style: { className: 'zone', weight: 1.5 } });
    if (names) zone.bindTooltip(named(name), { permanent: true, direction: 'center', className: 'zone-name' });
    zone.addTo(group);
  }
  return group;
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
