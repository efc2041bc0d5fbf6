// The language of this device: one file per language, loaded before anything is drawn. To add a language, write its file
// and its line in LANGUAGES.

import type { Texts } from './fr.ts';

const LANGUAGES = {
  fr: { name: 'Français', load: () => import('./fr.ts') },
  en: { name: 'English', load: () => import('./en.ts') },
} as const;

export type Language = keyof typeof LANGUAGES;
export const languages = Object.entries(LANGUAGES).map(([code, { name }]) => ({ code: code as Language, name }));

const CHOICE = 'parvis.language';

/** The words; drawn from after `loadTexts`. */
export let t: Texts;
let code: Language = 'fr';

export const language = () => code;

const known = (name: string | null | undefined): Language | null =>
  name && Object.hasOwn(LANGUAGES, name) ? (name as Language) : null;

/** Loads the chosen language, else the first of the browser's that there is, else French. */
export async function loadTexts(): Promise<void> {
  const wished = navigator.languages.map((l) => known(l.split('-')[0])).find((l) => l !== null);
  code = known(localStorage.getItem(CHOICE)) ?? wished ?? 'fr';
  t = (await LANGUAGES[code].load()).texts;
  document.documentElement.lang = code;
}

/** Changes the language of this device; the page is loaded anew. */
export function chooseLanguage(next: Language) {
  localStorage.setItem(CHOICE, next);
  location.reload();
}

const PARIS = 'Europe/Paris';
const cache = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = code + JSON.stringify(options);
  let made = cache.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(code, { timeZone: PARIS, ...options });
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
const first = (date: string) => (code === 'fr' ? date.replace(/^1 /, '1er ') : date);

/** A date alone is noon, so that it is the same day everywhere in France. */
const moment = (when: string | number) =>
  new Date(typeof when === 'string' && when.length === 10 ? `${when}T12:00:00Z` : when);

/** `il y a 3 jours`, `dans 2 heures`. */
export function ago(when: string | number, now = Date.now()): string {
  const seconds = (moment(when).getTime() - now) / 1000;
  const relative = new Intl.RelativeTimeFormat(code, { numeric: 'auto' });
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return t.common.justNow;
}

/** `1 234,5`. */
export const number = (value: number, options?: Intl.NumberFormatOptions) =>
  new Intl.NumberFormat(code, options).format(value);

/** `250 m`, `1,2 km`. */
export const distance = (metres: number) =>
  metres < 1000
    ? number(Math.round(metres), { style: 'unit', unit: 'meter' })
    : number(metres / 1000, { style: 'unit', unit: 'kilometer', maximumFractionDigits: 1 });
