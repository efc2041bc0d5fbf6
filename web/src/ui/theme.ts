// A commune's colours within safe contrast: whatever it chose, text on it and links of it stay legible (WCAG 1.4.3).

import type { Schemas } from '../api/client.ts';

/** Linear light of one sRGB channel of 0 to 255 (WCAG 2.2, relative luminance). */
const linear = (channel: number) => {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};

type Rgb = readonly [number, number, number];

export const parse = (hex: string): Rgb => {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
};

const luminance = ([r, g, b]: Rgb) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

/** The contrast ratio of two colours, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const mix = (a: Rgb, b: Rgb, part: number): Rgb => [
  a[0] + (b[0] - a[0]) * part,
  a[1] + (b[1] - a[1]) * part,
  a[2] + (b[2] - a[2]) * part,
];

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** `colour`, moved towards `to` until it has at least `ratio` against `on`. */
export function legible(colour: Rgb, on: Rgb, to: Rgb, ratio: number): Rgb {
  for (let step = 0; step <= 20; step++) {
    const tried = mix(colour, to, step / 20);
    if (contrast(tried, on) >= ratio) return tried;
  }
  return to;
}

const css = ([r, g, b]: Rgb) => `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`;

/** The grounds of base.css that are nearest to text in the commune's colour: of the dark ones the lightest, of the light ones the darkest. */
const DARK: Rgb = [21, 51, 35];
const LIGHT: Rgb = [230, 240, 248];

/** What the styles call a commune's colours; base.css has the defaults. */
export const named = ({ primary = '#14507a', accent = '#f2b134' }: Schemas['Colours']) => ({
  '--primary': legible(parse(primary), WHITE, BLACK, 4.6),
  '--primary-ink-light': legible(parse(primary), LIGHT, BLACK, 4.6),
  '--primary-ink-dark': legible(parse(primary), DARK, WHITE, 4.6),
  '--accent': legible(parse(accent), BLACK, WHITE, 4.6),
});

export function applyColours(colours: Schemas['Colours']) {
  const all = named(colours);
  for (const [name, colour] of Object.entries(all)) document.documentElement.style.setProperty(name, css(colour));
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', css(all['--primary']));
}
