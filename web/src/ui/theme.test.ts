import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contrast, legible, named, parse } from './theme.ts';

test('contrast is that of WCAG', () => {
  expect(contrast(parse('#ffffff'), parse('#000000'))).toBeCloseTo(21, 5);
  expect(contrast(parse('#777777'), parse('#ffffff'))).toBeCloseTo(4.48, 2);
});

test('any colour becomes legible and one that is stays as it is', () => {
  const white = parse('#ffffff');
  const black = parse('#000000');
  for (const colour of ['#ffff00', '#ffffff', '#00ff00', '#7fbfff', '#14507a']) {
    expect(contrast(legible(parse(colour), white, black, 4.6), white)).toBeGreaterThanOrEqual(4.6);
  }
  expect(legible(parse('#14507a'), white, black, 4.6)).toEqual(parse('#14507a'));
});

/** The grounds that text stands on, in light and in dark. */
const GROUNDS = [
  ...readFileSync('src/styles/base.css', 'utf8').matchAll(
    /--(?:ground|surface|sunken|[a-z]+-ground): light-dark\((#\w{6}), (#\w{6})\)/g,
  ),
].map(([, light = '', dark = '']) => ({ light: parse(light), dark: parse(dark) }));

test('a commune’s colours are legible on every ground there is, in light and in dark', () => {
  expect(GROUNDS).toHaveLength(7);
  for (const colour of ['#ffff00', '#ffffff', '#000000', '#c84f1f', '#7fbfff', '#14507a']) {
    const all = named({ primary: colour, accent: colour });
    expect(contrast(all['--primary'], parse('#ffffff')), `a button of ${colour}`).toBeGreaterThanOrEqual(4.5);
    expect(contrast(all['--accent'], parse('#000000')), `a notice of ${colour}`).toBeGreaterThanOrEqual(4.5);
    for (const { light, dark } of GROUNDS) {
      expect(contrast(all['--primary-ink-light'], light), `${colour} on ${light}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(all['--primary-ink-dark'], dark), `${colour} on ${dark}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});
