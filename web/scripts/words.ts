// A language is one file of words, src/texts/<code>.ts, with a section for each part of the web. `fr.ts?words=staff` is that
// file with this one section, so that residents do not load the console's words; the languages there are also say, in the
// pages themselves, that scripts are needed.

import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import type { Plugin } from 'vite';

const parsed = (source: string) => ts.createSourceFile('words.ts', source, ts.ScriptTarget.Latest, true);

/** What a statement exports, or null: types and helpers. */
function exported(statement: ts.Statement): ts.VariableDeclaration | null {
  if (!ts.isVariableStatement(statement)) return null;
  const [one] = statement.declarationList.declarations;
  return one && statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword) ? one : null;
}

/** The source with only one of its sections; lines stay where they are. */
export function section(source: string, name: string): string {
  const all = parsed(source).statements.map((statement) => ({ statement, of: exported(statement)?.name.getText() }));
  if (!all.some(({ of }) => of === name)) throw new Error(`there is no section ${name}`);
  let text = source;
  for (const { statement, of } of all.reverse()) {
    if (of === undefined || of === name) continue;
    const lines = source.slice(statement.pos, statement.end).replace(/[^\n]/g, '');
    text = text.slice(0, statement.pos) + lines + text.slice(statement.end);
  }
  return text;
}

/** A section that is a single text. */
export function single(source: string, name: string): string {
  const found = parsed(source)
    .statements.map(exported)
    .find((one) => one?.name.getText() === name)?.initializer;
  if (!found || !ts.isStringLiteral(found)) throw new Error(`${name} is not a text`);
  return found.text;
}

/** The codes of the languages whose files are in `folder`, French first. */
export const codes = (folder: string) =>
  readdirSync(folder)
    .flatMap((file) => /^([a-z]{2,3})\.ts$/.exec(file)?.[1] ?? [])
    .sort((a, b) => Number(b === 'fr') - Number(a === 'fr') || a.localeCompare(b));

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export function words(folder = resolve(import.meta.dirname, '../src/texts')): Plugin {
  return {
    name: 'parvis-words',
    enforce: 'pre',
    transform(source, id) {
      const name = /\/texts\/[a-z]{2,3}\.ts\?words=(\w+)$/.exec(id)?.[1];
      return name ? { code: section(source, name), map: null } : null;
    },
    transformIndexHtml: () => [
      {
        tag: 'noscript',
        injectTo: 'body',
        children: codes(folder).map((code) => ({
          tag: 'p',
          attrs: { lang: code },
          children: escaped(single(readFileSync(resolve(folder, `${code}.ts`), 'utf8'), 'noScript')),
        })),
      },
    ],
  };
}
