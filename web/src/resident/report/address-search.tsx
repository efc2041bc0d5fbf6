// The place in words, and finding an address by it where the deployment has a geocoder (the dialect of the Base Adresse
// Nationale).

import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../texts/index.ts';
import { config } from '../../ui/config.ts';
import { Field } from '../../ui/form.tsx';
import type { Commune } from '../commune.ts';
import type { Point } from './geo.ts';
import { Icon, SEARCH } from './icons.tsx';

interface Found extends Point {
  label: string;
}

/** Out in the country answers take a while; longer than this nobody waits. */
const PATIENCE = 8_000;
/** With fewer characters geocoders find nothing. */
const SHORTEST = 3;
/** As many characters as the platform takes. */
const LONGEST = 200;

export function AddressSearch(props: {
  commune: Commune;
  value: string;
  onText: (text: string) => void;
  onFound: (found: Found) => void;
}) {
  const [geocoder, setGeocoder] = useState<string | null>(null);
  const [found, setFound] = useState<Found[] | 'none' | 'failed' | 'busy' | 'short' | null>(null);
  const input = useRef<HTMLInputElement>(null);
  /** The question that counts: an answer to an earlier one is not shown. */
  const asked = useRef(0);
  useEffect(() => {
    void config().then((c) => setGeocoder(c.geocoder?.url ?? null));
  }, []);

  const search = async () => {
    const q = props.value.trim();
    if (!geocoder) return;
    asked.current += 1;
    const turn = asked.current;
    if (q.length < SHORTEST) {
      setFound('short');
      input.current?.focus();
      return;
    }
    setFound('busy');
    const all = await lookUp(geocoder, q, props.commune.insee).catch(() => 'failed' as const);
    if (turn === asked.current) setFound(all === 'failed' || all.length > 0 ? all : 'none');
  };

  const choose = (one: Found) => {
    asked.current += 1;
    setFound(null);
    props.onFound(one);
    // The button that was pressed is gone.
    input.current?.focus();
  };

  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !geocoder) return;
    // Enter in here looks the address up; it does not send the report.
    event.preventDefault();
    void search();
  };

  return (
    <div class="address">
      <Field label={t.report.address} hint={geocoder ? t.report.addressHintSearch : t.report.addressHint} optional>
        {(tie) => (
          <span class="with-button">
            <input
              ref={input}
              type="text"
              {...tie}
              maxLength={LONGEST}
              value={props.value}
              autocomplete="off"
              onInput={(e) => props.onText(e.currentTarget.value)}
              onKeyDown={enter}
            />
            {geocoder && (
              <button type="button" onClick={() => void search()} aria-busy={found === 'busy'}>
                <Icon lines={SEARCH} /> {t.report.search}
              </button>
            )}
          </span>
        )}
      </Field>
      <div role="status">
        {found === 'busy' && <p class="small">{t.common.loading}</p>}
        {found === 'short' && <p class="small">{t.report.addressShort(SHORTEST)}</p>}
        {found === 'none' && <p class="small">{t.report.addressUnknown(props.commune.name)}</p>}
        {found === 'failed' && <p class="notice warn">{t.report.geocoderFailed}</p>}
        {Array.isArray(found) && <p class="small">{t.report.addressesFound(found.length)}</p>}
      </div>
      {Array.isArray(found) && (
        <ul class="plain found">
          {found.map((one) => (
            <li key={`${one.label}${one.longitude}`}>
              <button type="button" class="wide" onClick={() => choose(one)}>
                {one.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface Features {
  features: { geometry: { coordinates: [number, number] }; properties: { label: string } }[];
}

async function lookUp(geocoder: string, q: string, insee: string): Promise<Found[]> {
  const query = new URLSearchParams({ q, limit: '5', citycode: insee });
  const answer = await fetch(`${geocoder}/search?${query}`, { signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(String(answer.status));
  const { features } = (await answer.json()) as Features;
  return features.map(({ geometry, properties }) => ({
    longitude: geometry.coordinates[0],
    latitude: geometry.coordinates[1],
    label: properties.label,
  }));
}
