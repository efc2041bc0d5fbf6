// Asks before something that cannot be taken back; where `typed` is given, it has to be typed first.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../texts/index.ts';
import { Dialog } from './dialog.tsx';
import { TextField } from './form.tsx';
import { Failure } from './page.tsx';

export function Confirm(props: {
  title: string;
  children: ComponentChildren;
  button: string;
  /** What must be typed, and what the field says. */
  typed?: { word: string; label: string };
  run: () => Promise<void>;
  close: () => void;
}) {
  const [said, say] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const ready = !props.typed || said.trim().toLowerCase() === props.typed.word.toLowerCase();
  const run = async () => {
    if (busy || !ready) return;
    setBusy(true);
    setError(null);
    try {
      await props.run();
      props.close();
    } catch (thrown) {
      setError(thrown as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={props.title} close={props.close}>
      {props.children}
      {props.typed && <TextField label={props.typed.label} value={said} onText={say} autocomplete="off" />}
      {error && <Failure error={error} />}
      <div class="actions">
        <button type="button" class="danger" aria-disabled={busy || !ready} onClick={run}>
          {busy ? t.common.loading : props.button}
        </button>
        <button type="button" onClick={props.close}>
          {t.common.cancel}
        </button>
      </div>
    </Dialog>
  );
}
