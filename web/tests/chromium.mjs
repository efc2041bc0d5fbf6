// Finds a Chromium that starts: the one named by CHROMIUM, one on the PATH, else the one inside an npm package.

import { spawnSync } from 'node:child_process';
import { chromium as driver } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** A start that is tried so often fails. */
const STARTS = 3;

// Chromium sets these itself while threads of its pool read the environment, and some starts end in `getenv` with a general protection
// fault: three of 200 with 61 variables in all, one of 200 with 45, none with other numbers, as if it were where glibc has to move the
// list. With these three there beforehand none of 1,920 did: what is there already is replaced in place.
process.env.DBUS_SESSION_BUS_ADDRESS ??= 'disabled:';
process.env.FC_FONTATIONS ??= '1';
process.env.VK_ICD_FILENAMES ??= 'vk_swiftshader_icd.json';

/** The first that starts: `{ path, args }`. */
export async function find() {
  const tried = [];
  for (const place of [named, onPath, packaged]) {
    const found = await place();
    if (!found) continue;
    const args = ['--no-sandbox', ...found.args];
    try {
      await (await started(found.path, args)).close();
      return { path: found.path, args };
    } catch (error) {
      tried.push(`${found.path}: ${String(error.message).split('\n')[0]}`);
    }
  }
  throw new Error(`no Chromium starts here; install one (apt-get install chromium) or name it in CHROMIUM\n${tried.join('\n')}`);
}

export async function launch() {
  const { path, args } = await find();
  return started(path, args);
}

const started = (path, args) => again(() => driver.launch({ executablePath: path, args, headless: true }));

/** What `start` starts, tried again where it fails at first: a browser that a busy machine did not let start is no fault of its pages. */
export async function again(start) {
  for (let left = STARTS - 1; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (left === 0) throw error;
      console.error(`a browser did not start, and is started again: ${String(error.message).split('\n')[0]}`);
    }
  }
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
