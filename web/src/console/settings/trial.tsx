// Tries the rules as they are typed: which one decides for a report, and why those before it do not.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, body, type Schemas } from '../../api/client.ts';
import { day, t } from '../../texts/index.ts';
import { Select, TextField } from '../../ui/form.tsx';
import { Failure } from '../../ui/page.tsx';
import { told } from '../../ui/rules.ts';
import { Marked, theirs } from '../../ui/their.tsx';
import { coordinates } from './coordinates.ts';
import type { Settings } from './desk.ts';
import { names, sentence } from './routing.tsx';
import { d } from './texts/index.ts';

export function Trial({ commune, settings }: { commune: string; settings: Settings }) {
  const r = d.trial;
  const [kind, setKind] = useState<Schemas['Kind']>('problem');
  const [category, setCategory] = useState('');
  const [place, setPlace] = useState('');
  const [result, setResult] = useState<Schemas['TrialResult'] | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const at = useMemo(() => coordinates(place), [place]);
  const run = async () => {
    setBusy(true);
    setError(null);
    const report = { kind, settings, ...(category ? { category } : {}), ...(at ? { place: at } : {}) };
    const params = { path: { commune } };
    try {
      setResult(await told(body(api.POST('/v1/{commune}/routing/trial', { params, body: report })), d.rules));
    } catch (thrown) {
      setResult(null);
      setError(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="trial">
      <h2>{r.title}</h2>
      <p>{r.lead}</p>
      <div class="grid">
        <Select
          label={d.routing.kind}
          value={kind}
          options={Object.entries(t.kind).map(([value, label]) => ({ value, label }))}
          onText={(to) => setKind(to as Schemas['Kind'])}
        />
        <Select
          label={d.routing.category}
          empty={r.noCategory}
          optional
          value={category}
          options={settings.categories
            .filter((c) => !c.archived)
            .map((c) => ({ value: c.id, label: c.name, lang: theirs() }))}
          onText={setCategory}
        />
      </div>
      <TextField
        label={r.place}
        hint={r.placeHint}
        optional
        value={place}
        error={place.trim() && !at ? r.noPlace : null}
        onText={setPlace}
      />
      <TrialMap
        settings={settings}
        place={at}
        pick={(latitude, longitude) => setPlace(`${latitude.toFixed(5)}, ${longitude.toFixed(5)}`)}
      />
      <button type="button" aria-disabled={busy} onClick={() => !busy && run()}>
        {busy ? t.common.loading : r.run}
      </button>
      <div aria-live="polite">{result && <Result result={result} settings={settings} />}</div>
      {error && <Failure error={error} />}
    </section>
  );
}

function Result({ result, settings }: { result: Schemas['TrialResult']; settings: Settings }) {
  const r = d.trial;
  const decided = result.rule === null || result.rule === undefined ? undefined : settings.routing[result.rule];
  const zone = settings.zones.find((z) => z.id === result.zone)?.name;
  const facts = [
    result.inside === false ? r.outside : zone ? r.inZone(zone) : result.inside ? r.inNoZone : null,
    result.expected ? r.expected(day(result.expected)) : null,
    result.visibility === 'public' ? r.willBePublic : r.willBePrivate,
    result.photo_required ? r.photo : null,
  ].filter((fact) => fact !== null);
  return (
    <div class="card result">
      <h3>
        <Marked text={r.goesTo(result.service_name ?? result.service)} of={names(settings)} />
      </h3>
      <p>
        {decided && typeof result.rule === 'number' ? (
          <Marked text={r.byRule(result.rule + 1, sentence(decided, settings))} of={names(settings)} />
        ) : (
          r.byDefault
        )}
      </p>
      {result.refused.length > 0 && (
        <div class="notice warn">
          <p>{r.refused}</p>
          <ul>
            {result.refused.map((no) => (
              <li key={no.field + no.code}>{d.rules[no.code as keyof typeof d.rules] ?? no.detail}</li>
            ))}
          </ul>
        </div>
      )}
      <ul>
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      {result.passed_over.length > 0 && (
        <details>
          <summary>{r.passedOver(result.passed_over.length)}</summary>
          <ol class="plain">
            {result.passed_over.map((one) => {
              const rule = settings.routing[one.rule];
              return (
                <li key={one.rule}>
                  <Marked
                    text={r.because(
                      one.rule + 1,
                      rule ? sentence(rule, settings) : '',
                      one.because.map((part) => r.part[part]),
                    )}
                    of={names(settings)}
                  />
                </li>
              );
            })}
          </ol>
        </details>
      )}
    </div>
  );
}

/** Where the report of the trial is; the field above takes the same by keyboard. */
function TrialMap(props: {
  settings: Settings;
  place: { latitude: number; longitude: number } | null;
  pick: (latitude: number, longitude: number) => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  const pick = useRef(props.pick);
  pick.current = props.pick;
  const [show, setShow] = useState<((place: { latitude: number; longitude: number } | null) => void) | null>(null);
  const [error, setError] = useState<Error | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map is made once
  useEffect(() => {
    let gone = false;
    let remove = () => {};
    import('../../ui/outline/map.ts')
      .then(async ({ outlineMap }) => {
        if (!element.current || gone) return;
        const made = await outlineMap(element.current, props.settings, null, d.trial.here);
        remove = made.remove;
        if (gone) return remove();
        made.others(props.settings.zones.filter((z) => !z.archived));
        made.map.on('click', (event) => pick.current(event.latlng.lat, event.latlng.lng));
        setShow(() => (at: { latitude: number; longitude: number } | null) => {
          made.draw(null, at ? [[at.longitude, at.latitude]] : []);
        });
      })
      .catch(setError);
    return () => {
      gone = true;
      remove();
    };
  }, []);
  useEffect(() => show?.(props.place), [show, props.place]);
  if (error) return <Failure error={error} />;
  return <div ref={element} class="map small-map" role="application" aria-label={d.trial.map} />;
}
