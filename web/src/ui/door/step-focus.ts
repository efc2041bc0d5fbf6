import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Moves focus to what a step begins with, once it is there; a dialog that just opened would take it otherwise. */
export function useStepFocus(around: RefObject<HTMLElement | null>, selector: string, step: unknown) {
  useEffect(() => {
    if (!step) return;
    const frame = requestAnimationFrame(() => around.current?.querySelector<HTMLElement>(selector)?.focus());
    return () => cancelAnimationFrame(frame);
  }, [around, selector, step]);
}
