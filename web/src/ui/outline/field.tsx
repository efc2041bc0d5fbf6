// An outline to draw on the map, read from a file, or paste as GeoJSON; all three change the same one.

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Schemas } from '../../api/client.ts';
import type { Mapped } from '../../map/base.ts';
import { number } from '../../texts/index.ts';
import { Field, TextArea } from '../form.tsx';
import { Failure, Spinner } from '../page.tsx';
import { outlineIn, positions } from './geojson.ts';
import type { Corner, OutlineMap } from './map.ts';

type Boundary = Schemas['Boundary'];

export interface OutlineTexts {
  map: string;
  draw: string;
  corner: (n: number) => string;
  back: string;
  clear: string;
  redraw: string;
  centre: string;
  drawn: (corners: number) => string;
  positions: (n: string) => string;
  file: string;
  fileHint: string;
  paste: string;
  pasteHint: string;
  noOutline: string;
}

export function OutlineField(props: {
  words: OutlineTexts;
  /** What the map shows around it; without, the outline itself. */
  commune: Mapped | null;
  others: { name: string; boundary: Boundary }[];
  value: Boundary | null;
  set: (value: Boundary | null) => void;
  error: string | null;
  /** Whether it may be drawn; a commune's own boundary comes from the register. */
  drawing: boolean;
}) {
  const id = useId();
  const { words, value, set } = props;
  const [corners, setCorners] = useState<Corner[]>([]);
  const [typed, type] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const drawn = useRef(corners);
  const move = (to: (corners: Corner[]) => Corner[]) => {
    drawn.current = to(drawn.current);
    setCorners(drawn.current);
    const [first] = drawn.current;
    const whole = first && drawn.current.length > 2;
    set(whole ? { type: 'Polygon', coordinates: [[...drawn.current, first]] } : null);
  };
  const take = (text: string) => {
    const found = outlineIn(text);
    setWrong(found ? null : words.noOutline);
    if (!found) return;
    drawn.current = [];
    setCorners([]);
    set(found);
  };
  const map = useRef<OutlineMap | null>(null);
  return (
    <div>
      {(props.commune || value) && (
        <MapOf
          commune={
            props.commune ?? { boundary: value as Boundary, zones: [], centre: { latitude: 46.6, longitude: 2.4 } }
          }
          key={props.commune ? 'commune' : JSON.stringify(value).length}
          others={props.others}
          value={value}
          corners={corners}
          change={props.drawing ? move : null}
          words={words}
          opened={(made) => {
            map.current = made;
          }}
        />
      )}
      <p role="status">
        {corners.length > 0 ? words.drawn(corners.length) : value ? words.positions(number(positions(value))) : ''}
      </p>
      {props.drawing && props.error && (
        <p class="error" id={id}>
          {props.error}
        </p>
      )}
      {props.drawing && (
        <div class="actions tight">
          <button
            type="button"
            aria-invalid={props.error ? true : undefined}
            aria-describedby={props.error ? id : undefined}
            onClick={() => {
              const at = map.current?.map.getCenter();
              if (at) move((all) => [...all, [Math.round(at.lng * 1e6) / 1e6, Math.round(at.lat * 1e6) / 1e6]]);
            }}
          >
            {words.centre}
          </button>
          {corners.length > 0 && (
            <button type="button" onClick={() => move((all) => all.slice(0, -1))}>
              {words.back}
            </button>
          )}
          {(corners.length > 0 || value) && (
            <button type="button" onClick={() => move(() => [])}>
              {corners.length > 0 ? words.clear : words.redraw}
            </button>
          )}
        </div>
      )}
      <details open={!props.drawing}>
        <summary>{words.fileHint}</summary>
        <Field label={words.file} optional error={props.drawing ? null : props.error}>
          {(tie) => (
            <input
              {...tie}
              type="file"
              accept=".geojson,.json,application/geo+json,application/json"
              onChange={(e) => {
                const file = e.currentTarget.files?.[0];
                if (file) void file.text().then(take);
              }}
            />
          )}
        </Field>
        <TextArea
          label={words.paste}
          hint={words.pasteHint}
          optional
          rows={4}
          value={typed}
          error={wrong}
          onText={(text) => {
            type(text);
            if (text.trim()) take(text);
            else setWrong(null);
          }}
        />
      </details>
    </div>
  );
}

/** The map by itself, loaded when it is shown. */
function MapOf(props: {
  commune: Mapped;
  others: { name: string; boundary: Boundary }[];
  value: Boundary | null;
  corners: Corner[];
  change: ((to: (corners: Corner[]) => Corner[]) => void) | null;
  words: OutlineTexts;
  opened: (map: OutlineMap | null) => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<OutlineMap | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const id = useId();
  const change = useRef(props.change);
  change.current = props.change;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a map is made once; what changes on it is drawn below
  useEffect(() => {
    let made: OutlineMap | null = null;
    let gone = false;
    const draws = props.change !== null;
    import('./map.ts')
      .then(({ outlineMap }) => {
        if (gone || !element.current) return null;
        return outlineMap(
          element.current,
          props.commune,
          draws ? (to) => change.current?.(to) : null,
          props.words.corner,
        );
      })
      .then((ready) => {
        made = ready;
        if (gone) made?.remove();
        else if (made) {
          setMap(made);
          props.opened(made);
        }
      })
      .catch(setError);
    return () => {
      gone = true;
      made?.remove();
      props.opened(null);
    };
  }, []);
  useEffect(() => map?.others(props.others), [map, props.others]);
  useEffect(() => map?.draw(props.value, props.corners), [map, props.value, props.corners]);
  return (
    <>
      {props.change && (
        <p class="hint" id={id}>
          {props.words.draw}
        </p>
      )}
      {error ? <Failure error={error} /> : !map && <Spinner />}
      <div
        ref={element}
        class={props.change ? 'map drawing' : 'map'}
        role="application"
        aria-label={props.words.map}
        aria-describedby={props.change ? id : undefined}
      />
    </>
  );
}
