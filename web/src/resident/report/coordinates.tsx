// Coordinates typed or pasted, for who has them from elsewhere or cannot use a map.

import { useRef, useState } from 'preact/hooks';
import { t } from '../../texts/index.ts';
import { Field } from '../../ui/form.tsx';
import { type Point, parseCoordinates } from './geo.ts';

export function Coordinates(props: { onPoint: (point: Point) => void }) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const use = () => {
    const point = parseCoordinates(text);
    setWrong(point === null);
    if (!point) {
      input.current?.focus();
      return;
    }
    setText('');
    props.onPoint(point);
  };
  return (
    <details class="coordinates">
      <summary>{t.report.typeCoordinates}</summary>
      <Field
        label={t.report.coordinatesLabel}
        hint={t.report.coordinatesHint}
        error={wrong ? t.report.coordinatesWrong : null}
        optional
      >
        {(tie) => (
          <span class="with-button">
            <input
              ref={input}
              type="text"
              {...tie}
              value={text}
              autocomplete="off"
              onInput={(e) => setText(e.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                // Enter in here means this place; it does not send the report.
                event.preventDefault();
                use();
              }}
            />
            <button type="button" onClick={use}>
              {t.report.useCoordinates}
            </button>
          </span>
        )}
      </Field>
    </details>
  );
}
