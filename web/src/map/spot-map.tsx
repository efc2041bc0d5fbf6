// A small map of one place, to look at: it takes no finger from who scrolls the page.

import type { Map as LeafletMap } from 'leaflet';
import { useEffect, useRef } from 'preact/hooks';
import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { amidPage, approach, communeMap, L, type Mapped } from './base.ts';
import { isOpen, PIN_SIZE, pinPicture } from './pins.ts';

export function SpotMap(props: {
  commune: Mapped;
  report: Pick<Schemas['ReportView'], 'kind' | 'status'>;
  place: Schemas['Place'];
}) {
  const element = useRef<HTMLDivElement>(null);
  const { commune, report, place } = props;
  useEffect(() => {
    const container = element.current;
    if (!container) return;
    let made: LeafletMap | null = null;
    let gone = false;
    void communeMap(container, commune).then((map) => {
      if (gone) return map.remove();
      made = map;
      map.scrollWheelZoom.disable();
      amidPage(map);
      const open = isOpen(report.status);
      const [width, height] = PIN_SIZE;
      const icon = L.divIcon({
        html: pinPicture(report.kind, open) as unknown as HTMLElement,
        className: 'marker',
        iconSize: PIN_SIZE,
        iconAnchor: [width / 2, open ? height : height / 2],
      });
      L.marker([place.latitude, place.longitude], { icon, interactive: false, keyboard: false }).addTo(map);
      approach(map, { latitude: place.latitude, longitude: place.longitude });
    });
    return () => {
      gone = true;
      made?.remove();
    };
  }, [commune, report.kind, report.status, place.latitude, place.longitude]);
  return <section ref={element} class="map spot" aria-label={t.resident.report.spot} />;
}
