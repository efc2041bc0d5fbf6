// The language of this device. A language is one file, `fr.ts` or `en.ts`, found by being there: to add one, copy `en.ts`
// to its code (`es.ts`) and translate it. Each page loads, before anything is drawn, only its sections of the file
// (scripts/words.ts).

import { dayOf } from '../ui/paris.ts';
import { language, speak } from './language.ts';

export { language, platformLanguage, spokenByPlatform } from './language.ts';

/** What every language has to have. */
export type Texts = typeof import('./fr.ts');

/** Files by their paths, as `import.meta.glob` finds them. */
type Files<T> = Record<string, T>;

const codeOf = (path: string) => path.replace(/^.*\/|\.ts$/g, '');

const NAMES = import.meta.glob('./{??,???}.ts', { query: '?words=name', import: 'name', eager: true }) as Files<string>;

/** The languages there are, each with its name in itself; French first. */
export const languages = Object.entries(NAMES)
  .map(([path, name]) => ({ code: codeOf(path), name }))
  .sort((a, b) => Number(b.code === 'fr') - Number(a.code === 'fr'));

const CHOICE = 'parvis.language';

/** The words; drawn from after `loadTexts`. */
export let t: Texts['shared'];

const known = (name: string | null | undefined) => languages.find((l) => l.code === name)?.code;

/** Loads the chosen language, else the first of the browser's that there is, else French. */
export async function loadTexts(): Promise<void> {
  const wished = navigator.languages.map((l) => known(l.split('-')[0])).find((l) => l !== undefined);
  speak(known(localStorage.getItem(CHOICE)) ?? wished ?? 'fr');
  t = await load(import.meta.glob('./{??,???}.ts', { query: '?words=shared', import: 'shared' }));
  document.documentElement.lang = language();
}

/** The section that these files hold, in the language of this device. */
export async function load<T>(files: Files<() => Promise<unknown>>): Promise<T> {
  const found = Object.entries(files).find(([path]) => codeOf(path) === language());
  if (!found) throw new Error(`no words in ${language()}`);
  return (await found[1]()) as T;
}

/** Changes the language of this device; the page is loaded anew. */
export function chooseLanguage(next: string) {
  localStorage.setItem(CHOICE, next);
  location.reload();
}

const PARIS = 'Europe/Paris';
const cache = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language() + JSON.stringify(options);
  let made = cache.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(language(), { timeZone: PARIS, ...options });
    cache.set(key, made);
  }
  return made;
}

/** `21 novembre 2026`, of a date (`2026-11-21`) or a moment (RFC 3339), in Paris. */
export const day = (when: string | number) =>
  first(format({ day: 'numeric', month: 'long', year: 'numeric' }).format(moment(when)));

/** `lundi`, of 1 (Monday) to 7. */
export const weekday = (n: number) => format({ weekday: 'long' }).format(moment(`2024-01-0${n}`));

/** `21 novembre 2026 à 18:00`, in Paris. */
export const dayTime = (when: string | number) =>
  first(
    format({ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' }).format(moment(when)),
  );

/** French says `1er mai`, which Intl does not know. */
const first = (date: string) => (language() === 'fr' ? date.replace(/^1 /, '1er ') : date);

/** A date alone is noon, so that it is the same day everywhere in France. */
const moment = (when: string | number) =>
  new Date(typeof when === 'string' && when.length === 10 ? `${when}T12:00:00Z` : when);

/** `il y a 3 jours`, `dans 2 heures`. From 24 hours on days are counted as a calendar in Paris has them: so is `hier`. */
export function ago(when: string | number, now = Date.now()): string {
  const at = moment(when).getTime();
  const seconds = (at - now) / 1000;
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  // The day the clocks go back has 25 hours: what is left of it is no other day.
  const days = (Date.parse(dayOf(at)) - Date.parse(dayOf(now))) / 86_400_000;
  if (Math.abs(seconds) >= 86_400 && days !== 0) return relative.format(days, 'day');
  for (const [unit, size] of [
    ['hour', 3600],
    ['minute', 60],
  ] as const) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return t.common.justNow;
}

/** `1 234,5`. */
export const number = (value: number, options?: Intl.NumberFormatOptions) =>
  new Intl.NumberFormat(language(), options).format(value);

/** `250 m`, `1,2 km`. */
export const distance = (metres: number) =>
  metres < 1000
    ? number(Math.round(metres), { style: 'unit', unit: 'meter' })
    : number(metres / 1000, { style: 'unit', unit: 'kilometer', maximumFractionDigits: 1 });
