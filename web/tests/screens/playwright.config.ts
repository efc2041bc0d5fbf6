// `npm run screens`: pictures of every screen of tests/e2e/screens.ts, on a phone and a desk, in light and dark, from the
// platform at PARVIS_URL into test-results/screens; with PARVIS_PICTURES=1 those of the README too.

import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';
import stories from '../../playwright.config.ts';

const web = resolve(import.meta.dirname, '../..');

export default defineConfig(stories, {
  testDir: import.meta.dirname,
  testMatch: '*.shots.ts',
  outputDir: `${web}/test-results/screens-run`,
  reporter: [[`${web}/tests/e2e/reporter.ts`]],
});
