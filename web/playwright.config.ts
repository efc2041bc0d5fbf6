import { availableParallelism } from 'node:os';
import { defineConfig, devices } from '@playwright/test';
import { find } from './tests/chromium.mjs';

// The platform that is tried; `cargo xtask test browser` starts one of its own. CHROMIUM is found once, not by each worker.
process.env.PARVIS_URL ??= 'http://127.0.0.1:8200';
if (!process.env.PARVIS_CHROMIUM) process.env.PARVIS_CHROMIUM = JSON.stringify(await find());
const chromium = JSON.parse(process.env.PARVIS_CHROMIUM) as { path: string; args: string[] };

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  // A browser and its platform need more than a core; what a busy machine made miss is tried once more, and said.
  workers: Number(process.env.PARVIS_WORKERS ?? Math.max(2, availableParallelism() - 1)),
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['./tests/e2e/reporter.ts']],
  use: {
    baseURL: process.env.PARVIS_URL,
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    trace: 'retain-on-failure',
    launchOptions: { executablePath: chromium.path, args: chromium.args },
  },
  projects: [
    { name: 'phone', use: { ...devices['Pixel 7'], locale: 'fr-FR' } },
    { name: 'desk', use: { viewport: { width: 1280, height: 800 } } },
  ],
});
