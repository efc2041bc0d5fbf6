import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codes, section, single, words } from './words.ts';

const SOURCE = `// Words.
import type { Texts } from './index.ts';

const many = (n: number) => (n > 1 ? 's' : '');

export const name: string = 'Français';

/** Residents. */
export const shared = {
  hello: 'Bonjour',
  n: (n: number) => \`\${n} avis\${many(n)}\`,
};
/** Staff. */
export const staff: Texts['staff'] = {
  secret: 'Interne };',
};
export type Words = typeof shared;
`;

test('a section comes alone, with the helpers, on its lines', () => {
  const residents = section(SOURCE, 'shared');
  expect(residents).toContain('Bonjour');
  expect(residents).toContain('const many');
  expect(residents).not.toMatch(/Interne|Français/);
  const staff = section(SOURCE, 'staff');
  expect(staff).toContain('Interne };');
  expect(staff).not.toMatch(/Bonjour|Français/);
  const line = (text: string) => text.split('\n').findIndex((l) => l.includes('secret'));
  expect(line(staff)).toBe(line(SOURCE));
  expect(staff.split('\n')).toHaveLength(SOURCE.split('\n').length);
});

test('a section that is missing stops the build', () => {
  expect(() => section(SOURCE, 'operator')).toThrow('no section operator');
  expect(() => section(SOURCE, 'many')).toThrow('no section many');
  expect(() => single(SOURCE, 'noScript')).toThrow('not a text');
});

test('a language is a file that exists; pages say in each that they need scripts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'words-'));
  for (const file of ['index.ts', 'en.ts', 'es.ts', 'fr.ts', 'consent.test.ts'])
    writeFileSync(join(folder, file), `export const noScript: string = 'Script < ${file}';\n`);
  expect(codes(folder)).toEqual(['fr', 'en', 'es']);
  const { transformIndexHtml } = words(folder);
  const [tag] = (transformIndexHtml as () => { tag: string; children: object[] }[])();
  expect(tag?.tag).toBe('noscript');
  expect(tag?.children).toEqual([
    { tag: 'p', attrs: { lang: 'fr' }, children: 'Script &lt; fr.ts' },
    { tag: 'p', attrs: { lang: 'en' }, children: 'Script &lt; en.ts' },
    { tag: 'p', attrs: { lang: 'es' }, children: 'Script &lt; es.ts' },
  ]);
});
