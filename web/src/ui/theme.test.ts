import { expect, test } from 'vitest';
import { contrast, legible, parse } from './theme.ts';

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
