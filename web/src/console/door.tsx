// Before the console itself: whose door it is.

import type { ComponentChildren, RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { Languages } from '../ui/languages.tsx';
import type { Commune } from './staff.ts';
import { c } from './texts/index.ts';

export function Door({ commune, children }: { commune: Commune; children: ComponentChildren }) {
  return (
    <>
      <header class="door no-print">
        {commune.logo && <img src={commune.logo.url} width={commune.logo.width} height={commune.logo.height} alt="" />}
        <span>
          <strong>{commune.name}</strong> {c.title}
        </span>
        <Languages />
      </header>
      {children}
    </>
  );
}

/** Moves focus to what a step begins with, once it is there; a dialog that just opened would take it otherwise. */
export function useStepFocus(around: RefObject<HTMLElement | null>, selector: string, step: unknown) {
  useEffect(() => {
    if (!step) return;
    const frame = requestAnimationFrame(() => around.current?.querySelector<HTMLElement>(selector)?.focus());
    return () => cancelAnimationFrame(frame);
  }, [around, selector, step]);
}
