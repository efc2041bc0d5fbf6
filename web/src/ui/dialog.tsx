// A modal dialog: the browser's own, which keeps focus inside and gives it back.

import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../texts/index.ts';

export function Dialog(props: {
  title: string;
  titleLang?: string | undefined;
  close: () => void;
  children: ComponentChildren;
  class?: string;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const asked = useRef(props.close);
  asked.current = props.close;
  // Before anything else can be pressed: a key right after the click that opens it is the dialog's.
  useLayoutEffect(() => {
    const box = dialog.current;
    const closed = () => asked.current();
    box?.showModal();
    box?.addEventListener('close', closed);
    return () => {
      box?.removeEventListener('close', closed);
      // Taken away while it is open, it would take the focus with it.
      box?.close();
    };
  }, []);
  return (
    <dialog ref={dialog} class={props.class} aria-labelledby={id}>
      <header>
        <h2 id={id} lang={props.titleLang}>
          {props.title}
        </h2>
        <button type="button" class="quiet" onClick={() => dialog.current?.close()} aria-label={t.common.close}>
          ✕
        </button>
      </header>
      {props.children}
    </dialog>
  );
}
