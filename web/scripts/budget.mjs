// What a resident's phone loads first, in kB of Brotli, against the budgets: `npm run budget` after `npm run build`. First is the
// home page as a rule; whoever opens a link to another screen loads that one's file with it.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The script of the home page, of any other screen that is opened first, and of home with the map; kB are 1,000 bytes. */
const FIRST = 45;
const OTHER = 58;
const WITH_MAP = 120;

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));

/** The files of a chunk and of all that it imports at once. */
function files(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const next of chunk.imports ?? []) files(next, seen);
  return seen;
}

function size(names) {
  let sum = 0;
  for (const name of names) {
    const path = join('dist', `${name}.br`);
    if (!existsSync(path)) throw new Error(`${path} is missing; run npm run build`);
    sum += statSync(path).size;
  }
  return sum / 1000;
}

const first = files('index.html');
// French is what a first visit loads.
const FRENCH = 'src/texts/fr.ts?words=shared';
if (!manifest[FRENCH]) throw new Error(`${FRENCH} is not in the build`);
files(FRENCH, first);
const map = new Set(first);
for (const key of Object.keys(manifest).filter((key) => key.startsWith('src/map/'))) files(key, map);

/** Each screen with a file of its own, by its name. */
const others = Object.entries(manifest)
  .filter(([key, chunk]) => key.startsWith('src/resident/') && chunk.isDynamicEntry)
  .map(([key]) => [`first load of ${basename(key, '.tsx')}`, files(key, new Set(first)), OTHER]);
if (others.length < 5) throw new Error('the screens are not in the build one by one');

let failed = 0;
for (const [what, names, limit] of [['first load', first, FIRST], ...others, ['with the map', map, WITH_MAP]]) {
  const kb = size(names);
  console.log(`${kb <= limit ? 'ok' : 'not ok'} ${what}: ${kb.toFixed(1)} kB of script, at most ${limit}`);
  if (kb > limit) failed += 1;
}
process.exitCode = failed ? 1 : 0;
