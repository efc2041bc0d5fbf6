// Words of the commune and of residents are French whatever the language of the app, and say so, that screen readers say
// them rightly (WCAG 3.1.2, RGAA 8.7). Names of people and places are the same in every language.

import type { ComponentChildren } from 'preact';
import { language } from '../texts/index.ts';

/** The `lang` of an element that holds nothing but such words. */
export const theirs = (): 'fr' | undefined => (language() === 'fr' ? undefined : 'fr');

/** Such words beside words of the app. */
export const Their = ({ children }: { children: ComponentChildren }) => <span lang={theirs()}>{children}</span>;

const GAP = '\u0001';

/** A sentence of the app around such words. */
export function Around({ say, children }: { say: (their: string) => string; children: string }) {
  const [before, after] = say(GAP).split(GAP);
  return (
    <>
      {before}
      <Their>{children}</Their>
      {after}
    </>
  );
}

/** Facts in a line, some of them such words. */
export function Line({ of }: { of: readonly (ComponentChildren | null | undefined | false)[] }) {
  return <>{of.filter(Boolean).flatMap((one, i) => (i > 0 ? [' · ', one] : [one]))}</>;
}
