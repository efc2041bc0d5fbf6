// Where it is: from the photo, from the device when asked, on the map, by address or by coordinates. Each way works alone.

import { useId, useState } from 'preact/hooks';
import type { DraftPlace } from '../../offline/drafts.ts';
import { distance, number, t } from '../../texts/index.ts';
import type { Commune } from '../commune.ts';
import { AddressSearch } from './address-search.tsx';
import { Coordinates } from './coordinates.tsx';
import { type Point, rounded, whereIs, zoneOf } from './geo.ts';
import { Icon, MARKER, TARGET } from './icons.tsx';
import { PlaceMap } from './place-map.tsx';

/** Coarser than this, somebody has to look at the map. */
const COARSE = 80;

export function PlaceField(props: {
  commune: Commune;
  place: DraftPlace | null;
  address: string;
  onPlace: (place: DraftPlace | null) => void;
  onAddress: (address: string) => void;
  optional: boolean;
  error?: string | null | undefined;
}) {
  const id = useId();
  const { commune, place, onPlace } = props;
  const [map, openMap] = useState(false);
  const [device, setDevice] = useState<'asking' | 'denied' | 'failed' | null>(null);
  const where = place ? whereIs(commune.boundary, place) : null;
  const error = where === 'outside' ? t.report.outside(commune.name) : props.error;

  const choose = (point: Point, from: DraftPlace['from'], accuracy?: number) => {
    const exact = accuracy === undefined ? {} : { accuracy_m: Math.min(100_000, Math.round(accuracy)) };
    onPlace({ ...rounded(point), ...exact, from });
  };
  const locate = () => {
    setDevice('asking');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setDevice(null);
        choose(coords, 'device', coords.accuracy);
      },
      (refused) => setDevice(refused.code === refused.PERMISSION_DENIED ? 'denied' : 'failed'),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 },
    );
  };

  return (
    <fieldset class="field place" id="place" aria-describedby={error ? `${id}-error` : undefined}>
      <legend>
        {t.report.place} {props.optional && <span class="optional">({t.common.optional})</span>}
      </legend>
      <div role="status">
        {place && <Chosen commune={commune} place={place} where={where} clear={() => onPlace(null)} />}
        {device === 'asking' && <p class="small">{t.report.locating}</p>}
      </div>
      <div class="pickers">
        <button
          type="button"
          onClick={locate}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
        >
          <Icon lines={TARGET} /> {t.report.here}
        </button>
        {!map && !place && (
          <button type="button" onClick={() => openMap(true)}>
            <Icon lines={MARKER} /> {t.report.onMap}
          </button>
        )}
      </div>
      {device === 'denied' && <p class="notice warn">{t.report.deviceDenied}</p>}
      {device === 'failed' && <p class="notice warn">{t.report.deviceFailed}</p>}
      {error && (
        <p class="error" id={`${id}-error`} role={where === 'outside' ? 'alert' : undefined}>
          {error}
        </p>
      )}
      {where === 'unsure' && <p class="notice warn">{t.report.nearBorder(commune.name)}</p>}
      {(map || place) && <PlaceMap commune={commune} point={place} onPoint={(p) => choose(p, 'map')} />}
      <AddressSearch
        commune={commune}
        value={props.address}
        onText={props.onAddress}
        onFound={(found) => {
          props.onAddress(found.label);
          choose(found, 'address');
        }}
      />
      <Coordinates onPoint={(p) => choose(p, 'typed')} />
    </fieldset>
  );
}

/** The place in words: whoever does not see the map knows as much. */
function Chosen(props: { commune: Commune; place: DraftPlace; where: string | null; clear: () => void }) {
  const { commune, place } = props;
  const zone = zoneOf(commune.zones, place);
  const accuracy = place.from === 'device' ? place.accuracy_m : undefined;
  const five = { minimumFractionDigits: 5, maximumFractionDigits: 5 };
  return (
    <div class={`notice chosen ${props.where === 'outside' ? 'bad' : place.from === 'photo' ? 'warn' : 'good'}`}>
      <p>
        <Icon lines={MARKER} /> <strong>{t.report.placeFrom[place.from]}</strong>{' '}
        {zone && <span>{t.report.inZone(zone)} </span>}
        <span class="small nowrap">
          {t.report.coordinates(number(place.latitude, five), number(place.longitude, five))}
          {accuracy !== undefined && ` ${t.report.accuracy(distance(accuracy))}`}
        </span>
      </p>
      {place.from === 'photo' && <p>{t.report.confirmPlace}</p>}
      {accuracy !== undefined && accuracy > COARSE && <p>{t.report.coarse}</p>}
      <button type="button" class="link" onClick={props.clear}>
        {t.report.clearPlace}
      </button>
    </div>
  );
}
