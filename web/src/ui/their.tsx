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

/** A text of the app with such words in it, each marked where it stands. */
export function Marked(props: { text: string; of: readonly (string | null | undefined)[]; lang?: string | undefined }) {
  const { text, lang = theirs() } = props;
  const found = props.of.filter((words): words is string => Boolean(words && text.includes(words)));
  if (!lang || found.length === 0) return <>{text}</>;
  const escaped = found
    .sort((a, b) => b.length - a.length)
    .map((words) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const parts = text.split(new RegExp(`(${escaped.join('|')})`));
  return (
    <>
      {parts.map((part, i) =>
        i % 2 === 1 ? (
          <span key={i} lang={lang}>
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </>
  );
}
