// A modal dialog: the browser's own, which keeps focus inside and gives it back.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
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
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class={props.class} aria-labelledby={id} onClose={props.close}>
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
