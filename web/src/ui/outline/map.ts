// An outline on the map: the commune's, others beside it, and one that is drawn by clicking its corners.

import './outline.css';
import type { LayerGroup, Map as LeafletMap } from 'leaflet';
import type { Schemas } from '../../api/client.ts';
import { communeMap, L, type Mapped, named } from '../../map/base.ts';

type Boundary = Schemas['Boundary'];
/** Longitude and latitude, as GeoJSON has them. */
export type Corner = [number, number];

export interface OutlineMap {
  map: LeafletMap;
  /** Draws what is known beside the outline. */
  others: (zones: { name: string; boundary: Boundary; marked?: boolean }[]) => void;
  /** Draws the outline: what is there, or corners with lines between them. */
  draw: (shape: Boundary | null, corners: Corner[]) => void;
  remove: () => void;
}

const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;

/** A map where clicks and dragged corners change `corners`. Without `change` nothing can be drawn. */
export async function outlineMap(
  element: HTMLElement,
  commune: Mapped,
  change: ((to: (corners: Corner[]) => Corner[]) => void) | null,
  corner: (n: number) => string = String,
): Promise<OutlineMap> {
  // Its zones may just be changing: whoever draws shows them.
  const map = await communeMap(element, { ...commune, zones: [] });
  const beside: LayerGroup = L.layerGroup().addTo(map);
  const drawn: LayerGroup = L.layerGroup().addTo(map);
  if (change)
    map.on('click', (event) =>
      change((corners) => [...corners, [round(event.latlng.lng), round(event.latlng.lat)] as Corner]),
    );
  return {
    map,
    others(zones) {
      beside.clearLayers();
      for (const zone of zones) {
        const style = { className: zone.marked ? 'zone-beside marked' : 'zone-beside', weight: 2 };
        L.geoJSON(zone.boundary as never, { interactive: false, style })
          .bindTooltip(named(zone.name), { permanent: zones.length <= 12, direction: 'center', className: 'zone-name' })
          .addTo(beside);
      }
    },
    draw(shape, corners) {
      drawn.clearLayers();
      if (corners.length === 0 && shape) {
        L.geoJSON(shape as never, { interactive: false, style: { className: 'zone-drawn', weight: 3 } }).addTo(drawn);
        return;
      }
      const points = corners.map(([lng, lat]) => L.latLng(lat, lng));
      const style = { className: 'zone-drawn', weight: 3, interactive: false };
      if (points.length > 2) L.polygon(points, style).addTo(drawn);
      else if (points.length === 2) L.polyline(points, style).addTo(drawn);
      for (const [at, point] of points.entries()) {
        // Corners are for the pointer: without one, outlines are typed or read from a file.
        const marker = L.marker(point, {
          draggable: change !== null,
          keyboard: false,
          title: corner(at + 1),
          alt: corner(at + 1),
          icon: L.divIcon({ className: 'corner', iconSize: [24, 24] }),
        }).addTo(drawn);
        marker.on('dragend', () => {
          const to = marker.getLatLng();
          change?.((all) => all.map((one, i) => (i === at ? [round(to.lng), round(to.lat)] : one)));
        });
      }
    },
    remove: () => {
      map.remove();
    },
  };
}
