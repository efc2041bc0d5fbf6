// `npm run lighthouse`: how fast, accessible and sound a resident's three main screens are on a phone, by Lighthouse, on the
// platform at PARVIS_URL (which has to be local: a fresh report with a photo is made for it).
//
// A busy machine makes times noisy. Lighthouse therefore loads the page at full speed and computes what a slow phone on a
// slow network would have needed (simulated throttling), every screen is measured three times with nothing else going on,
// and the median counts. Lighthouse measures the machine too and warns of one under 1,000, whose slowness it takes for the
// page's; there the performance score is said and not judged. Everything else is judged on every machine, also what the score
// comes from and no machine changes: how much is loaded, and how many files have to be there before anything is drawn.

import { existsSync, statSync } from 'node:fs';
import * as chromeLauncher from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { again, find, launch } from '../tests/chromium.mjs';
import { photo, report, resident } from '../tests/world.mjs';

const ORIGIN = process.env.PARVIS_URL ?? 'http://127.0.0.1:8200';
const COMMUNE = 'aubignac-sur-arre';
const RUNS = 3;
/** At least, of 100. */
const LEAST = { performance: 95, accessibility: 100, 'best-practices': 95 };
/** At most: nothing moves while photos arrive. */
const SHIFT = 0.01;
/** At most, in kB as they are sent: everything but pictures, which are as large as they are. A report's page has its map. */
const WEIGHT = { home: 75, 'report form': 95, 'report page': 125 };
/** At most, of the files that have to be there before anything is drawn: the style sheets. */
const BLOCKING = 2;
/** Of the machine, from which on Lighthouse trusts its times (`SLOW_CPU_BENCHMARK_INDEX_THRESHOLD`). */
const FIT = 1000;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The screens to measure; each has to be one, since a page that says "not found" is fast and accessible too. */
async function screens() {
  const browser = await launch();
  try {
    const page = await browser.newPage({ locale: 'fr-FR' });
    const photos = [await photo(page, 0), await photo(page, 1)];
    const { id } = await report(ORIGIN, await resident(ORIGIN, COMMUNE), photos);
    const paths = { home: '', 'report form': 'report', 'report page': `reports/${id}` };
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(`${ORIGIN}/${COMMUNE}/${path}`);
      const title = await page.locator('h1').first().textContent();
      line(title !== 'Cette page n’existe pas', `${name} is a screen`);
    }
    return Object.entries(paths);
  } finally {
    await browser.close();
  }
}

async function measure(url, { path, args }) {
  const flags = ['--headless=new', ...args];
  const chrome = await again(() => chromeLauncher.launch({ chromePath: path, chromeFlags: flags }));
  try {
    const result = await lighthouse(url, {
      port: chrome.port,
      onlyCategories: Object.keys(LEAST),
      formFactor: 'mobile',
      throttlingMethod: 'simulate',
      locale: 'en-US',
      logLevel: 'error',
    });
    if (!result || result.lhr.runtimeError) throw new Error(result?.lhr.runtimeError?.message ?? 'no result');
    return result.lhr;
  } finally {
    await chrome.kill();
  }
}

/** What cost points in a category, to look into. */
function culprits(lhr, category) {
  return lhr.categories[category].auditRefs
    .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 0.9)
    .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ''}`.trim())
    .join(', ');
}

/** What is sent of a page, in kB: each of its files once, but for its pictures. */
function weightOf(lhr) {
  const files = lhr.audits['network-requests'].details.items.filter(({ resourceType }) => resourceType !== 'Image');
  const sizes = new Map();
  for (const { url, transferSize } of files)
    sizes.set(url, Math.max(sizes.get(url) ?? 0, transferSize || keptSize(url)));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1000;
}

/** Of a file that the service worker was quicker to get: it was sent all the same. */
function keptSize(url) {
  const file = new URL(`../dist${new URL(url).pathname}.br`, import.meta.url);
  return existsSync(file) ? statSync(file).size : 0;
}

let failed = 0;
function line(good, text, why = '') {
  console.log(`${good ? 'ok' : 'not ok'} ${text}${good || !why ? '' : `: ${why}`}`);
  if (!good) failed += 1;
}

const browser = await find();
for (const [name, path] of await screens()) {
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measure(`${ORIGIN}/${COMMUNE}/${path}`, browser));
  for (const [category, least] of Object.entries(LEAST)) {
    const scores = runs.map((r) => Math.round(r.categories[category].score * 100));
    const score = median(scores);
    const run = runs[scores.indexOf(score)];
    const machine = Math.round(run.environment.benchmarkIndex);
    const said = `${name} ${category} ${score} (≥ ${least})`;
    if (category === 'performance' && score < least && machine < FIT)
      console.log(`not judged ${said}: machine ${machine}`);
    else line(score >= least, said, `${culprits(run, category)} (machine ${machine})`);
  }
  const weight = median(runs.map(weightOf));
  line(weight <= WEIGHT[name], `${name} ${weight.toFixed(1)} kB without pictures (≤ ${WEIGHT[name]})`);
  const blocking = median(runs.map((r) => r.audits['render-blocking-insight'].details.items.length));
  line(blocking <= BLOCKING, `${name} ${blocking} files before anything is drawn (≤ ${BLOCKING})`);
  const shift = median(runs.map((r) => r.audits['cumulative-layout-shift'].numericValue));
  line(shift <= SHIFT, `${name} layout shift ${shift.toFixed(3)} (≤ ${SHIFT})`);
  const wrong = runs.map((r) => r.audits['errors-in-console']).find((a) => a.score === 0);
  line(!wrong, `${name} logs no error`, JSON.stringify(wrong?.details?.items?.map((i) => i.description)));
}
process.exitCode = failed ? 1 : 0;
