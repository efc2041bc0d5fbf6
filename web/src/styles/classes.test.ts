import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Which folders' sheets are on one page. */
const PAGES = [
  ['resident', 'map', 'ui'],
  ['console', 'map', 'ui'],
  ['operator', 'map', 'ui'],
];

const sheets = (folder: string) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.css'))
    .map((name) => join(folder, name));

test.each(PAGES)('no class of %s means two things', (...folders) => {
  const meant = new Map<string, string>();
  const twice: string[] = [];
  for (const path of folders.flatMap((folder) => sheets(`src/${folder}`))) {
    const css = readFileSync(path, 'utf8').replace(/\/\*.*?\*\//gs, '');
    for (const [, name = ''] of css.matchAll(/(?:^|\})\s*(\.[a-z][\w-]*)\s*\{/g)) {
      const before = meant.get(name);
      if (before && before !== path) twice.push(`${name}: ${before} and ${path}`);
      meant.set(name, path);
    }
  }
  expect(twice).toEqual([]);
});

/** What may change under the pointer or with the focus. `top` brings the link to the content into view. */
const LOOKS =
  /^(color|background|background-color|border(-.*)?|outline(-.*)?|text-decoration|filter|box-shadow|transform|z-index|top)$/;

test('nothing but looks changes under the pointer or with the focus: no content comes or goes (RGAA 10.13, 10.14, 12.11)', () => {
  const found: string[] = [];
  for (const path of sheets('src')) {
    const css = readFileSync(path, 'utf8').replace(/\/\*.*?\*\//gs, '');
    for (const [, selector = '', body = ''] of css.matchAll(/([^{}]*:(?:hover|focus)[^{}]*)\{([^{}]*)\}/g))
      for (const [, name = ''] of body.matchAll(/(?:^|;)\s*([\w-]+)\s*:/g))
        if (!LOOKS.test(name)) found.push(`${path}: ${selector.trim()} ${name}`);
  }
  expect(found).toEqual([]);
});
