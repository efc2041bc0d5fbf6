// The reports of a commune on a map: what is in view from the platform, or the pins it is given.

import type { LayerGroup, Map as LeafletMap, Marker } from 'leaflet';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, body, OfflineError, type Schemas } from '../api/client.ts';
import { keeper, lastKnown } from '../offline/known.ts';
import { ago, t } from '../texts/index.ts';
import { Failure } from '../ui/page.tsx';
import { communeMap, L, type Mapped } from './base.ts';
import { isOpen, PIN_SIZE, type Pin, pinPicture } from './pins.ts';

/** Where a map looks: `latitude,longitude,zoom`. */
export type View = string;

/** What the platform filters a view by. */
export interface MapQuery {
  kind?: Schemas['Kind'];
  category?: string;
  status?: Schemas['Status'];
  zone?: string;
  since?: string;
}

interface Shown {
  features: Schemas['Feature'][];
  /** False where there was too much to look at one by one: then all that is in view is counted. */
  filtered: boolean;
  asOf: number | null;
}

/** Moving a map is many movements; the platform is asked once it rests. */
const REST = 250;
/** Further away the names of zones would lie on each other. */
const NAMES_FROM = 15;

export function ReportsMap(props: {
  commune: Mapped & { id: string };
  /** Shown instead of what is in view. */
  pins: readonly Pin[] | null;
  /** Which of those in view; not asked for where `pins` are given. */
  query: MapQuery;
  /** What a pin is called by screen readers and on hover. */
  label: (pin: Pin) => string;
  picked: string | null;
  onPick: (pin: Pin) => void;
  view?: View | undefined;
  onView?: (view: View) => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  const map = useRef<LeafletMap | null>(null);
  const layer = useRef<LayerGroup | null>(null);
  const markers = useRef(new Map<string, Marker>());
  const latest = useRef(props);
  latest.current = props;
  const [ready, setReady] = useState(false);
  const [shown, setShown] = useState<Shown | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [turn, again] = useState(0);
  const { commune, pins, query, picked } = props;
  const asked = new URLSearchParams(query as Record<string, string>).toString();

  useEffect(() => {
    let gone = false;
    const container = element.current;
    if (!container) return;
    void communeMap(container, commune, true).then((made) => {
      if (gone) return made.remove();
      map.current = made;
      const names = () => container.classList.toggle('near', made.getZoom() >= NAMES_FROM);
      names();
      made.on('zoomend', names);
      layer.current = L.layerGroup().addTo(made);
      const [latitude, longitude, zoom] = (latest.current.view ?? '').split(',').map(Number);
      if (latitude && longitude && zoom) made.setView([latitude, longitude], zoom);
      made.on('moveend', () => latest.current.onView?.(viewOf(made)));
      setReady(true);
    });
    return () => {
      gone = true;
      // A change of size is told a little later, even to a map that is gone.
      map.current?.off('moveend');
      map.current?.remove();
      map.current = null;
      setReady(false);
    };
  }, [commune]);

  // What is in view, asked for anew whenever the map rests.
  const own = pins === null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again; `asked` is the query
  useEffect(() => {
    const here = map.current;
    if (!ready || !here || !own) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort = new AbortController();
    const load = () => {
      abort.abort();
      abort = new AbortController();
      const { signal } = abort;
      inView(commune.id, here, query, signal).then(
        (found) => {
          setError(null);
          setShown(found);
        },
        (thrown: Error) => {
          if (!signal.aborted) setError(thrown);
        },
      );
    };
    const moved = () => {
      clearTimeout(timer);
      timer = setTimeout(load, REST);
    };
    load();
    here.on('moveend', moved);
    return () => {
      here.off('moveend', moved);
      clearTimeout(timer);
      abort.abort();
    };
  }, [ready, own, asked, commune.id, turn]);

  useEffect(() => {
    const here = map.current;
    if (!ready || !here || !layer.current) return;
    // A pin that somebody stands on keeps the focus when it is drawn again.
    const focused = [...markers.current].find(([, m]) => m.getElement() === document.activeElement)?.[0];
    layer.current.clearLayers();
    markers.current.clear();
    for (const feature of pins ? pins.map(asFeature) : (shown?.features ?? [])) draw(feature);
    markers.current
      .get(focused ?? '')
      ?.getElement()
      ?.focus();

    function draw(feature: Schemas['Feature']) {
      const [longitude, latitude] = feature.geometry.coordinates as [number, number];
      const about = feature.properties;
      if (!here || !layer.current) return;
      if ('cell' in about) {
        const nearer = () => here.setView([latitude, longitude], Math.min(here.getMaxZoom(), here.getZoom() + 2));
        pressed(clusterMarker(latitude, longitude, about.count, about.open), nearer).addTo(layer.current);
        return;
      }
      const pin = { ...about, latitude, longitude };
      const marker = pinMarker(pin, latest.current.label(pin));
      pressed(marker, () => latest.current.onPick(pin)).addTo(layer.current);
      markers.current.set(pin.id, marker);
    }
  }, [ready, pins, shown]);

  useEffect(() => {
    const element = picked ? markers.current.get(picked)?.getElement() : undefined;
    element?.classList.add('picked');
    return () => {
      element?.classList.remove('picked');
      // Whoever closes the card goes on where they were.
      if (element?.isConnected && document.activeElement === document.body) element.focus();
    };
  }, [picked]);

  const count = pins ? pins.length : (shown?.features ?? []).reduce((sum, f) => sum + counted(f), 0);
  return (
    <div class="reports-map">
      <section ref={element} class="map" aria-label={t.resident.map.label} />
      {error && <Failure error={error} retry={() => again((n) => n + 1)} />}
      {own && shown && !shown.filtered && <p class="notice">{t.resident.map.unfiltered}</p>}
      {own && shown?.asOf && <p class="notice">{t.resident.map.asOf(ago(shown.asOf))}</p>}
      <p class="small map-count" role="status">
        {pins ? t.resident.map.fromList(count) : shown ? t.resident.map.count(count) : ''}
      </p>
    </div>
  );
}

const viewOf = (map: LeafletMap): View => {
  const { lat, lng } = map.getCenter();
  return `${lat.toFixed(5)},${lng.toFixed(5)},${map.getZoom()}`;
};

const counted = ({ properties }: Schemas['Feature']) => ('count' in properties ? properties.count : 1);

const asFeature = ({ latitude, longitude, ...about }: Pin): Schemas['Feature'] => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [longitude, latitude] },
  properties: about as Schemas['Properties'],
});

/** What the platform has in view; without a network what was last in view here. */
async function inView(commune: string, map: LeafletMap, query: MapQuery, signal: AbortSignal): Promise<Shown> {
  const box = map.getBounds().pad(0.1);
  const corners = [
    Math.max(-180, box.getWest()),
    Math.max(-90, box.getSouth()),
    Math.min(180, box.getEast()),
    Math.min(90, box.getNorth()),
  ];
  const view = { bbox: corners.map((c) => c.toFixed(5)).join(','), zoom: Math.min(22, Math.round(map.getZoom())) };
  const params = { path: { commune }, query: { ...query, ...view } };
  const what = `/v1/${commune}/map?${new URLSearchParams(query as Record<string, string>)}`;
  const keep = keeper(commune);
  try {
    const { features, filtered } = await body(api.GET('/v1/{commune}/map', { params, signal }));
    keep(what, { features, filtered });
    return { features, filtered, asOf: null };
  } catch (error) {
    const old = error instanceof OfflineError ? await lastKnown<Omit<Shown, 'asOf'>>(commune, what) : null;
    if (!old || signal.aborted) throw error;
    return { ...old.value, asOf: old.at };
  }
}

/** Pressed by pointer, Enter or space: Leaflet gives a marker the role of a button, but not its keys. */
function pressed(marker: Marker, act: () => void): Marker {
  marker.on('click', act);
  marker.on('add', () =>
    marker.getElement()?.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      act();
    }),
  );
  return marker;
}

/** A marker with its own name. */
function marker(
  latitude: number,
  longitude: number,
  html: Element,
  size: [number, number],
  tip: boolean,
  name: string,
) {
  const icon = L.divIcon({
    html: html as HTMLElement,
    className: 'marker',
    iconSize: size,
    iconAnchor: [size[0] / 2, tip ? size[1] : size[1] / 2],
  });
  const made = L.marker([latitude, longitude], { icon, title: name, riseOnHover: true });
  made.on('add', () => made.getElement()?.setAttribute('aria-label', name));
  return made;
}

function pinMarker(pin: Pin, name: string): Marker {
  const open = isOpen(pin.status);
  return marker(pin.latitude, pin.longitude, pinPicture(pin.kind, open), PIN_SIZE, open, name);
}

function clusterMarker(latitude: number, longitude: number, count: number, open: number): Marker {
  const badge = document.createElement('span');
  badge.className = open > 0 ? 'cluster' : 'cluster over';
  badge.textContent = String(count);
  const size = count < 10 ? 40 : count < 100 ? 48 : 56;
  return marker(latitude, longitude, badge, [size, size], false, t.resident.map.cluster(count, open));
}
