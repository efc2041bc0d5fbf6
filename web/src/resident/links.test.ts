import { expect, test } from 'vitest';
import { safeNext } from './links.ts';

test('signing in leads back to a path of this site and nowhere else', () => {
  expect(safeNext('/aubignac/reports?mine=true#top', '/x')).toBe('/aubignac/reports?mine=true#top');
  for (const elsewhere of [
    undefined,
    '',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/a/..//evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    'reports',
  ])
    expect(safeNext(elsewhere, '/x')).toBe('/x');
});
