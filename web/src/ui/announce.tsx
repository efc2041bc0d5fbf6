// What happened, said to screen readers and shown for a while: one polite live region for the whole page.

import { useEffect, useState } from 'preact/hooks';

export interface Said {
  text: string;
  /** Something to do about it, like taking it back. */
  action?: { label: string; run: () => void };
}

/** Long enough to read twice and to reach the button; it stays while the pointer or focus is in it. */
const SHOWN = 10_000;

let tell: (said: Said) => void = () => {};

/** Says it. The last one said is shown. */
export const announce = (text: string, action?: Said['action']) => tell(action ? { text, action } : { text });

export function Announcer() {
  const [said, set] = useState<(Said & { id: number }) | null>(null);
  const [held, hold] = useState(false);
  useEffect(() => {
    let id = 0;
    tell = (next) => set({ ...next, id: ++id });
  }, []);
  useEffect(() => {
    if (!said || held) return;
    const timer = setTimeout(() => set(null), SHOWN);
    return () => clearTimeout(timer);
  }, [said, held]);
  return (
    <div class="announcer" role="status">
      {said && (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only waits while somebody is in it
        <div
          class="toast"
          key={said.id}
          onMouseEnter={() => hold(true)}
          onMouseLeave={() => hold(false)}
          onFocusIn={() => hold(true)}
          onFocusOut={() => hold(false)}
        >
          <span>{said.text}</span>
          {said.action && (
            <button
              type="button"
              onClick={() => {
                said.action?.run();
                set(null);
              }}
            >
              {said.action.label}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
