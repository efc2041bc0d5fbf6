// Keys of the console. They never act in a field or over a dialog, each is one key or `g` and one, and they can be switched
// off (WCAG 2.1.4).

import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../ui/dialog.tsx';
import { Check } from '../ui/form.tsx';
import { c } from './texts/index.ts';

const OFF = 'parvis.console.shortcuts';
/** How long `g` waits for the second key. */
const SECOND = 1500;

const on = () => localStorage.getItem(OFF) !== 'off';

/** Acts by key: `{ j: next, 'g i': inbox }`. */
export function useShortcuts(keys: Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    // By when keys were pressed: a busy page hears of them later.
    let first = -SECOND;
    const press = (event: KeyboardEvent) => {
      const target = event.target as Element;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
      if (target.closest('input, select, textarea, [contenteditable], dialog, .leaflet-container')) return;
      if (document.querySelector('dialog[open]') || !on()) return;
      const second = event.timeStamp - first < SECOND;
      first = !second && event.key === 'g' ? event.timeStamp : -SECOND;
      const act = latest.current[second ? `g ${event.key}` : event.key];
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

/** The keys there are, and their switch. */
export function ShortcutsHelp({ close }: { close: () => void }) {
  const [active, setActive] = useState(on);
  const change = (next: boolean) => {
    localStorage.setItem(OFF, next ? 'on' : 'off');
    setActive(next);
  };
  return (
    <Dialog title={c.keys.title} close={close}>
      <Check label={c.keys.on} checked={active} onChange={change} />
      <dl class="keys">
        {c.keys.list.map(({ keys, what }) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
