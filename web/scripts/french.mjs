// French typography in the French texts: no-break spaces, typographic apostrophes and ellipses. `node scripts/french.mjs`
// lists what is against it, `--fix` (part of `npm run fix`) corrects it.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const NB = '\u00a0';
const NARROW = '\u202f';
const FIX = process.argv.includes('--fix');
/** Stands for a value inside a text. */
const VALUE = '\ue000';

/** Every file of French texts below `folder`: `fr.ts` or `<part>.fr.ts`. */
export const frenchFiles = (folder = 'src') =>
  readdirSync(folder, { recursive: true })
    .filter((name) => /(^|[/\\.-])fr\.ts$/.test(name))
    .map((name) => join(folder, name));

/** `text` as a French printer would set it. Addresses, times and code in it stay as they are. */
export function printed(text) {
  return text
    .replace(/(\p{L})'(\p{L})/gu, '$1’$2')
    .replace(/\.\.\./g, '…')
    .replace(/(?<=[^\s?!;]) ?([;!?]+)(?=$|[\s»)’”…])/gu, (_, mark) => NARROW + mark)
    .replace(/[ \u202f\u00a0]+([;!?])/g, `${NARROW}$1`)
    .replace(/(?<=\S)[ \u202f]?:(?=$|\s)/gu, (found, at, all) => (all[at - 1] === NB ? found : `${NB}:`))
    .replace(/[ \u202f]*»/g, `${NB}»`)
    .replace(/«[ \u202f]*/g, `«${NB}`)
    .replace(/\u00a0{2,}/g, NB)
    .replace(/(\d|\ue000) ?%/g, `$1${NB}%`);
}

/** All texts of a source file: where they are, and how they should be.  */
export function mistakes(source, name = 'fr.ts') {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const found = [];
  const piece = (start, end, wanted) => {
    if (source.slice(start, end) === wanted) return;
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ start, end, wanted, line });
  };
  const visit = (node) => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      const key = ts.isPropertyAssignment(node.parent) && node.parent.name === node;
      const other = ts.isImportDeclaration(node.parent) || ts.isLiteralTypeNode(node.parent);
      // A delimiter cannot be an apostrophe of the text, so that what is between them can be taken as it is.
      if (!key && !other) {
        const [start, end] = [node.getStart(file) + 1, node.end - 1];
        piece(start, end, printed(source.slice(start, end).replaceAll("\\'", '’')));
      }
    } else if (ts.isTemplateExpression(node)) {
      const parts = [node.head, ...node.templateSpans.map((s) => s.literal)];
      const ranges = parts.map((p, i) => [p.getStart(file) + 1, p.end - (i === parts.length - 1 ? 1 : 2)]);
      const wanted = printed(ranges.map(([a, b]) => source.slice(a, b)).join(VALUE)).split(VALUE);
      for (const [i, [start, end]] of ranges.entries()) piece(start, end, wanted[i]);
      for (const span of node.templateSpans) visit(span.expression);
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The source with everything corrected. */
export function corrected(source) {
  let text = source;
  for (const { start, end, wanted } of mistakes(source).sort((a, b) => b.start - a.start))
    text = text.slice(0, start) + wanted + text.slice(end);
  return text;
}

function main() {
  let count = 0;
  for (const path of frenchFiles()) {
    const source = readFileSync(path, 'utf8');
    for (const { line, wanted } of mistakes(source)) {
      count += 1;
      if (!FIX) console.log(`${path}:${line}: ${wanted.replaceAll(VALUE, '…')}`);
    }
    if (FIX) writeFileSync(path, corrected(source));
  }
  if (count && FIX) console.log(`${count} texts set as French asks`);
  process.exitCode = count && !FIX ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
