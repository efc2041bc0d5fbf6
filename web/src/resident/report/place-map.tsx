// The map on which a place is chosen: by a tap, by dragging the marker, or by keyboard.

import type { Map as LeafletMap, Marker } from 'leaflet';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../texts/index.ts';
import { Spinner } from '../../ui/page.tsx';
import type { Commune } from '../commune.ts';
import { moved, type Point } from './geo.ts';

/** An arrow key moves the marker so many metres; with Shift ten times as many. */
const STEP = 3;
/** Without a background the outline is all there is to go by. */
const NEAR_WITHOUT_TILES = 14;

interface Shown {
  map: LeafletMap;
  place: (point: Point | null) => void;
}

export function PlaceMap(props: { commune: Commune; point: Point | null; onPoint: (point: Point) => void }) {
  const element = useRef<HTMLDivElement>(null);
  const [shown, show] = useState<Shown | 'failed' | null>(null);
  const { commune, point } = props;
  const chosen = useRef(props.onPoint);
  chosen.current = props.onPoint;

  useEffect(() => {
    let gone = false;
    let made: LeafletMap | null = null;
    import('../../map/base.ts')
      .then(async ({ amidPage, approach, communeMap, L }) => {
        if (gone || !element.current) return;
        made = await communeMap(element.current, commune);
        if (gone) return made.remove();
        amidPage(made);
        show(ready(made, L, approach, (p) => chosen.current(p)));
      })
      .catch(() => show('failed'));
    return () => {
      gone = true;
      made?.remove();
    };
  }, [commune]);

  useEffect(() => {
    if (shown && shown !== 'failed') shown.place(point);
  }, [shown, point]);

  return (
    <>
      {shown === null && <Spinner />}
      {shown === 'failed' && <p class="notice warn">{t.report.mapFailed}</p>}
      <div
        ref={element}
        class="map place-map"
        role="application"
        aria-label={t.report.mapLabel}
        hidden={shown === 'failed'}
      />
      {shown !== 'failed' && <p class="small">{t.report.mapHint(matchMedia('(pointer: coarse)').matches)}</p>}
    </>
  );
}

function ready(
  map: LeafletMap,
  L: typeof import('leaflet'),
  approach: typeof import('../../map/base.ts').approach,
  choose: (point: Point) => void,
): Shown {
  let marker: Marker | null = null;
  let current: Point | null = null;
  const at = (p: Point): [number, number] => [p.latitude, p.longitude];
  const pick = (latlng: { lat: number; lng: number }) => choose({ latitude: latlng.lat, longitude: latlng.lng });

  map.on('click', (event) => pick(event.latlng));
  map.getContainer().addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target !== map.getContainer()) return;
    event.preventDefault();
    pick(map.getCenter());
  });

  const make = (point: Point) => {
    const icon = L.divIcon({ className: 'place-marker', iconSize: [44, 44], iconAnchor: [22, 41] });
    const made = L.marker(at(point), { icon, draggable: true, keyboard: true, autoPan: true }).addTo(map);
    made.on('dragend', () => pick(made.getLatLng()));
    const element = made.getElement();
    element?.setAttribute('aria-label', t.report.markerLabel);
    element?.addEventListener('keydown', (event) => {
      const step = event.shiftKey ? STEP * 10 : STEP;
      const by = { ArrowUp: [0, step], ArrowDown: [0, -step], ArrowLeft: [-step, 0], ArrowRight: [step, 0] }[event.key];
      if (!by || !current) return;
      event.preventDefault();
      // The map would pan as well.
      event.stopPropagation();
      choose(moved(current, by[0] ?? 0, by[1] ?? 0));
    });
    return made;
  };

  const place = (point: Point | null) => {
    const first = current === null;
    current = point;
    if (!point) {
      marker?.remove();
      marker = null;
      return;
    }
    if (marker) marker.setLatLng(at(point));
    else marker = make(point);
    // Not animated: the page may be left in the middle of it.
    // Of a place far away one sees where the commune is.
    if (first && !map.getBounds().contains(at(point)))
      map.fitBounds(map.getBounds().extend(at(point)), { animate: false });
    else if (first) approach(map, point, NEAR_WITHOUT_TILES);
    else if (!map.getBounds().contains(at(point))) map.panTo(at(point), { animate: false });
  };
  return { map, place };
}
