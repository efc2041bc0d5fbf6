// Finds a Chromium that starts: the one named by CHROMIUM, one on the PATH, else the one inside an npm package.

import { spawnSync } from 'node:child_process';
import { chromium as driver } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The first that starts: `{ path, args }`. */
export async function find() {
  const tried = [];
  for (const place of [named, onPath, packaged]) {
    const found = await place();
    if (!found) continue;
    const args = ['--no-sandbox', ...found.args];
    try {
      await (await driver.launch({ executablePath: found.path, args })).close();
      return { path: found.path, args };
    } catch (error) {
      tried.push(`${found.path}: ${String(error.message).split('\n')[0]}`);
    }
  }
  throw new Error(`no Chromium starts here; install one (apt-get install chromium) or name it in CHROMIUM\n${tried.join('\n')}`);
}

export async function launch() {
  const { path, args } = await find();
  return driver.launch({ executablePath: path, args, headless: true });
}

function named() {
  const path = process.env.CHROMIUM;
  return path ? { path, args: [] } : null;
}

function onPath() {
  for (const name of NAMES) {
    const found = spawnSync('which', [name], { encoding: 'utf8' });
    if (found.status === 0) return { path: found.stdout.trim(), args: [] };
  }
  return null;
}

async function packaged() {
  const { default: chromium } = await import('@sparticuz/chromium');
  // Its own list is for Lambda: one process for all, and a headless mode that the driver chooses itself.
  const args = chromium.args.filter(
    (a) => !a.includes('single-process') && !a.includes('headless') && !a.includes('zygote'),
  );
  return { path: await chromium.executablePath(), args };
}
