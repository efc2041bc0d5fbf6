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
