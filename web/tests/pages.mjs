// Looks at the pages of a running local platform on a phone and on a desk: they are accessible (axe-core), log no error,
// load nothing from elsewhere and fit the width. `node pages.mjs <origin> <folder for screenshots>`; prints a line a check.

import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { launch } from './chromium.mjs';

const [origin, shots] = process.argv.slice(2);
const PAGES = [
  { name: 'phones', path: '/_local/' },
  { name: 'reference', path: '/_local/reference' },
];
const SIZES = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desk', width: 1280, height: 800 },
];
// A page without messages proves little about the page: two people ask for a code.
const CONTACTS = [{ phone: '+33612345678' }, { email: 'camille@residents.example' }];
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let failed = 0;
function check(what, problems) {
  console.log(`${problems.length ? 'not ok' : 'ok'} ${what}`);
  for (const problem of problems) console.log(`   ${problem}`);
  failed += problems.length ? 1 : 0;
}

async function look(browser, page, size) {
  const what = `${page.path} at ${size.width}x${size.height}`;
  // The page forbids scripts from elsewhere; only axe-core needs the exception.
  const context = await browser.newContext({
    viewport: { width: size.width, height: size.height },
    bypassCSP: true,
    locale: 'fr-FR',
  });
  const view = await context.newPage();
  const errors = [];
  const elsewhere = [];
  view.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  view.on('pageerror', (error) => errors.push(error.message));
  view.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) elsewhere.push(request.url());
  });
  const answer = await view.goto(origin + page.path, { waitUntil: 'load' });
  await view.waitForFunction(() => document.body.innerText.trim().length > 40, null, { timeout: 10_000 });
  // What it asks for by itself is there, and drawn.
  await view.waitForLoadState('networkidle');
  await view.screenshot({ path: join(shots, `${page.name}-${size.name}.png`) });
  check(`${what} answers`, answer.status() === 200 ? [] : [`status ${answer.status()}`]);
  check(`${what} logs no error`, errors);
  check(`${what} loads nothing from elsewhere`, elsewhere);
  const width = await view.evaluate(() => document.documentElement.scrollWidth);
  check(`${what} fits the width`, width <= size.width ? [] : [`the page is ${width} px wide`]);
  await view.addScriptTag({ path: axe });
  const found = await view.evaluate(() => globalThis.axe.run());
  check(
    `${what} is accessible`,
    found.violations.flatMap((v) => v.nodes.map((n) => `${v.id} (${v.help}): ${n.target.join(' ')}`)),
  );
  await context.close();
}

async function sendCodes() {
  for (const contact of CONTACTS) {
    const answer = await fetch(`${origin}/v1/aubignac-sur-arre/challenges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ contact }),
    });
    check(
      `a code is sent to ${Object.values(contact)[0]}`,
      answer.status === 202 ? [] : [`status ${answer.status}: ${await answer.text()}`],
    );
  }
}

mkdirSync(shots, { recursive: true });
await sendCodes();
const browser = await launch();
try {
  for (const page of PAGES) {
    for (const size of SIZES) {
      try {
        await look(browser, page, size);
      } catch (error) {
        check(`${page.path} at ${size.width}x${size.height}`, [String(error.message).split('\n')[0]]);
      }
    }
  }
} finally {
  await browser.close();
}
process.exitCode = failed ? 1 : 0;
