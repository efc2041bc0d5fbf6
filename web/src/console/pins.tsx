// Reports on a map. The list beside it says the same and more: pins are for the pointer only.

import type { LayerGroup, Map as LeafletMap, Marker } from 'leaflet';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import type { Commune } from './staff.ts';
import { c } from './texts/index.ts';

export interface Pin {
  id: string;
  status: Schemas['Status'];
  late?: boolean;
  label: string;
  place: { latitude: number; longitude: number };
}

/** What a pin says besides its colour; what was received and nobody began has no sign. */
function sign({ status, late }: Pin): string {
  if (late) return '!';
  if (status === 'awaiting_reporter' || status === 'reopen_requested') return '?';
  if (status === 'in_progress' || status === 'scheduled') return '…';
  if (status === 'resolved') return '✓';
  return status === 'closed' || status === 'unconfirmed' || status === 'expired' ? '×' : '';
}

interface Props {
  commune: Commune;
  pins: readonly Pin[];
  /** The one that stands out. */
  current?: string | null;
  pick?: (id: string) => void;
  /** Shows the surroundings of its only pin. */
  close?: boolean;
}

interface Drawn {
  map: LeafletMap;
  layer: LayerGroup;
  markers: Map<string, Marker>;
  L: typeof import('leaflet');
  approach: typeof import('../map/base.ts').approach;
}

export function Pins({ commune, pins, current, pick, close }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<Drawn | null>(null);
  const [failed, setFailed] = useState(false);
  const picked = useRef(pick);
  picked.current = pick;

  useEffect(() => {
    let gone = false;
    let made: LeafletMap | null = null;
    import('../map/base.ts')
      .then(async ({ approach, communeMap, L }) => {
        if (!frame.current || gone) return;
        made = await communeMap(frame.current, commune);
        if (gone) made.remove();
        else setMap({ map: made, layer: L.layerGroup().addTo(made), markers: new Map(), L, approach });
      })
      .catch(() => setFailed(true));
    return () => {
      gone = true;
      setMap(null);
      made?.remove();
    };
  }, [commune]);

  useEffect(() => {
    if (!map) return;
    map.layer.clearLayers();
    const { markers } = map;
    markers.clear();
    for (const pin of pins) {
      const classes = ['console-pin', `status-${pin.status}`, pin.late ? 'late' : ''];
      const said = document.createElement('span');
      said.setAttribute('aria-hidden', 'true');
      said.textContent = sign(pin);
      const icon = map.L.divIcon({ className: classes.join(' '), iconSize: [22, 22], html: said });
      const marker = map.L.marker([pin.place.latitude, pin.place.longitude], {
        icon,
        title: pin.label,
        keyboard: false,
        interactive: picked.current !== undefined,
      });
      marker.on('click', () => picked.current?.(pin.id));
      marker.addTo(map.layer);
      markers.set(pin.id, marker);
    }
    const [only] = pins;
    if (close && only) map.approach(map.map, only.place);
  }, [map, pins, close]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: pins that are drawn anew stand out again
  useEffect(() => {
    if (!map) return;
    for (const [id, marker] of map.markers) {
      marker.getElement()?.classList.toggle('current', id === current);
      marker.setZIndexOffset(id === current ? 1000 : 0);
    }
  }, [map, pins, current]);

  if (failed) return <p class="notice">{c.map.failed}</p>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a map is no section of text
    <div ref={frame} class="map" role="region" aria-label={close ? t.map.map : c.map.label} />
  );
}
