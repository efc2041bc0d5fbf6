import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { again, find, launch } from './chromium.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parvis-chromium-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A Chromium whose first `crashes` starts end like the real one's do when they crash. */
function crashing(crashes: number, path: string, args: string[]) {
  const [program, starts] = [join(folder, 'chromium'), join(folder, 'starts')];
  const real = ['exec', path, ...args, '"$@"'].join(' ');
  writeFileSync(starts, '');
  writeFileSync(
    program,
    `#!/bin/sh\necho >> ${starts}\n[ $(wc -l < ${starts}) -le ${crashes} ] && kill -SEGV $$\n${real}\n`,
  );
  chmodSync(program, 0o755);
  vi.stubEnv('CHROMIUM', program);
  return () => readFileSync(starts, 'utf8').length;
}

test('a browser that crashes while it starts is started again', { timeout: 60_000 }, async () => {
  const { path, args } = await find();
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});

  const twice = crashing(2, path, args);
  const browser = await launch();
  await browser.close();
  // Two that crash, one that is tried, one that is used.
  expect([twice(), said.mock.calls.length]).toEqual([4, 2]);
});

test('what never starts fails with its own words', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  let starts = 0;
  const start = () => Promise.reject(new Error(`start ${++starts}`));
  await expect(again(start)).rejects.toThrow('start 3');
});
