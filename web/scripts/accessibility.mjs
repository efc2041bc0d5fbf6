// From accessibility/rgaa.json, where each of the 106 criteria of RGAA 4.1 is judged: docs/accessibility.md and what the
// declaration page shows. `npm run accessibility` writes them; with --check it fails when they are not what it would write.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How many criteria each of the thirteen themes has. */
const THEMES = [
  ['Images', 9],
  ['Cadres', 2],
  ['Couleurs', 3],
  ['Multimédia', 13],
  ['Tableaux', 8],
  ['Liens', 2],
  ['Scripts', 5],
  ['Éléments obligatoires', 10],
  ['Structuration de l’information', 4],
  ['Présentation de l’information', 14],
  ['Formulaires', 13],
  ['Navigation', 11],
  ['Consultation', 12],
];
const RESULTS = ['conforme', 'non conforme', 'non applicable', 'à vérifier'];

const MEDIA = /<(?:audio|video)\b/;
/** Elements by which a criterion applies, whatever its judgement says. */
const APPLIES = [
  [['1.9'], /<(?:figcaption|Figure)\b/],
  [['2.1', '2.2'], /<iframe\b/],
  [['4.1', '4.2', '4.3', '4.4', '4.5', '4.6', '4.7', '4.10', '4.11'], MEDIA],
  [['9.4'], /<(?:blockquote|q)\b/],
  [['11.8'], /<optgroup\b/],
];

/** All that the screens are written in. */
export const markup = () =>
  readdirSync('src', { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.tsx'))
    .map((name) => readFileSync(join('src', name), 'utf8'))
    .join('\n');

/** What is wrong with the judgements themselves. */
export function faults({ criteria }, exists = existsSync, written = markup()) {
  const wrong = [];
  const wanted = THEMES.flatMap(([, count], theme) => Array.from({ length: count }, (_, i) => `${theme + 1}.${i + 1}`));
  const numbers = criteria.map((c) => c.number);
  if (numbers.join() !== wanted.join()) wrong.push('not the 106 criteria of RGAA 4.1 in their order');
  for (const { number, title, title_en, result, how, note } of criteria) {
    if (!title || !title_en) wrong.push(`${number} has no title in both languages`);
    if (!RESULTS.includes(result)) wrong.push(`${number}: “${result}” is no result`);
    if (result !== 'à vérifier' && !how) wrong.push(`${number} is judged without saying how`);
    if (result === 'non conforme' && !note) wrong.push(`${number} does not say what is missing`);
    for (const [file] of (how ?? '').matchAll(/\b(?:src|tests|scripts)\/[\w./-]+\.(?:tsx?|mjs|css)/g)) {
      if (!exists(file)) wrong.push(`${number} was checked by ${file}, which is not there`);
    }
    const applies = APPLIES.find(([numbers, element]) => numbers.includes(number) && element.test(written));
    if (applies && result === 'non applicable')
      wrong.push(`${number} applies: there is ${applies[1].exec(written)?.[0]}`);
  }
  return wrong;
}

/** The figures. What nobody looked at yet is not conform; the rate never rounds up to what is not reached. */
export function summary({ criteria, checked, referential }) {
  const count = (result) => criteria.filter((c) => c.result === result).length;
  const applicable = criteria.length - count('non applicable');
  return {
    referential,
    checked,
    conform: count('conforme'),
    failing: count('non conforme'),
    unchecked: count('à vérifier'),
    notApplicable: count('non applicable'),
    rate: Math.floor((100 * count('conforme')) / applicable),
    missing: criteria
      .filter((c) => c.result === 'non conforme' || c.result === 'à vérifier')
      .map(({ number, title, title_en, result }) => ({
        number,
        fr: title,
        en: title_en,
        failing: result === 'non conforme',
      })),
  };
}

const cell = (text) => (text ?? '').replaceAll('|', '\\|');

export function page(rgaa) {
  const s = summary(rgaa);
  const lines = [
    '# Accessibilité : le relevé du RGAA',
    '',
    'Écrit par `npm run accessibility` dans `web`, à partir de `web/accessibility/rgaa.json` ; ne pas modifier ici. Les intitulés',
    'sont abrégés, les numéros sont ceux du référentiel. Chaque commune publie la',
    'déclaration qui en découle sur sa page `/{commune}/accessibility`.',
    '',
    `Référentiel : ${s.referential}. Relevé du ${s.checked}, par les auteurs de Parvis (autoévaluation, sans audit extérieur).`,
    '',
    '| résultat | critères |',
    '|---|---|',
    `| conforme | ${s.conform} |`,
    `| non conforme | ${s.failing} |`,
    `| à vérifier, compté comme non conforme | ${s.unchecked} |`,
    `| non applicable | ${s.notApplicable} |`,
    `| **taux : conformes / applicables** | **${s.rate} %** |`,
  ];
  THEMES.forEach(([theme], i) => {
    lines.push(
      '',
      `## ${i + 1}. ${theme}`,
      '',
      '| n° | critère | résultat | vérifié par | remarque |',
      '|---|---|---|---|---|',
    );
    for (const c of rgaa.criteria.filter((c) => c.number.split('.')[0] === String(i + 1)))
      lines.push(`| ${c.number} | ${cell(c.title)} | ${c.result} | ${cell(c.how)} | ${cell(c.note)} |`);
  });
  return `${lines.join('\n')}\n`;
}

function main() {
  const rgaa = JSON.parse(readFileSync('accessibility/rgaa.json', 'utf8'));
  const wrong = faults(rgaa);
  const made = [
    ['../docs/accessibility.md', page(rgaa)],
    ['accessibility/summary.json', `${JSON.stringify(summary(rgaa), null, 2)}\n`],
  ];
  for (const [path, text] of made) {
    if (!process.argv.includes('--check')) writeFileSync(path, text);
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== text)
      wrong.push(`${path} is not what accessibility/rgaa.json says; run npm run accessibility`);
  }
  for (const problem of wrong) console.error(problem);
  process.exitCode = wrong.length ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
