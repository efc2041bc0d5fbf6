// What has to hold on every screen of the table in screens.ts. Each is opened once for each size and once in English: all that
// is wrong is said at once.

import type { Page } from '@playwright/test';
import { accessible, expect } from './fixtures.ts';
import { clipped, hiddenFocus, moving, smallTargets, spaceText, tooWide, unseen } from './look.ts';
import { foreign } from './phrases.ts';
import { contextLost, faint, generated, malformed, mixed } from './reading.ts';
import { open, SCREENS, settled, signedIn, test } from './screens.ts';
import { MARKUP } from './worlds.ts';

for (const screen of SCREENS) {
  test.describe(screen.name, () => {
    test.use({ expectedErrors: screen.errors ?? [] });

    test('is accessible, fits, can be pressed, shows its focus', async ({ page, world }, info) => {
      test.slow();
      await open(page, screen, world);
      await expect.soft(page.locator('.markup'), 'what people wrote is no element').toHaveCount(0);
      await accessible(page, `${screen.name} in light colours`);
      expect.soft(await tooWide(page)).toEqual([]);
      expect.soft(await smallTargets(page)).toEqual([]);
      expect.soft(await foreign(page, 'fr'), 'no English on a French screen').toEqual([]);
      expect.soft(await faint(page), 'controls in light colours').toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await accessible(page, `${screen.name} in dark colours`);
      expect.soft(await faint(page), 'controls in dark colours').toEqual([]);
      expect.soft(await hiddenFocus(page), 'focus, all the way through').toEqual([]);
      if (info.project.name !== 'desk') return;
      // What is no matter of size, or sets its own.
      await sound(page);
      await resized(page);
    });
  });

  test.describe(`${screen.name} in English`, () => {
    test.use({ expectedErrors: screen.errors ?? [], locale: 'en-GB' });

    test('has no French left, but for what is marked as French', async ({ page, world }, info) => {
      test.skip(info.project.name !== 'phone', 'no matter of size');
      await open(page, screen, world);
      await expect(page.locator('html')).toHaveAttribute('lang', 'en');
      expect.soft(await foreign(page, 'en')).toEqual([]);
      expect.soft(await mixed(page, world.french), 'the commune’s words').toEqual([]);
    });
  });
}

test('what people write is read as they wrote it', async ({ page, world }, info) => {
  test.skip(info.project.name !== 'desk', 'no matter of size');
  const tiles = { url: '/tiles/{z}/{x}/{y}.png', attribution: MARKUP, max_zoom: 19 };
  await page.route('**/web.json', (route) => route.fulfill({ json: { tiles, geocoder: null } }));
  await page.route('**/tiles/**', (route) => route.fulfill({ path: 'public/icons/512.png' }));
  await signedIn(page, world.sessions.long);
  const { id, report, alert } = world.long;
  const shown: Record<string, string[]> = {
    '': ['header', 'main'],
    'reports?view=map': ['.zone-name', '.leaflet-control-attribution'],
    [`alerts/${alert}`]: ['h1'],
    [`console/alerts/${alert}`]: ['h1'],
    alerts: ['main'],
    [`reports/${report}`]: ['h1', '.description', '.answers dt', '.answers dd', '.standing', 'blockquote'],
    [`console/reports/${report}`]: ['h1', '.said', '.facts', '.internal', '.thread'],
    'console/launch': ['.zone-name'],
    'console/staff': ['main'],
    'console/bans': ['main'],
  };
  for (const [path, places] of Object.entries(shown)) {
    await page.goto(`/${id}/${path}`);
    await settled(page);
    for (const place of places) await expect.soft(page.locator(place, { hasText: MARKUP }).first()).toBeAttached();
    await expect(page.locator('.markup'), path).toHaveCount(0);
  }
});

/** It keeps still and keeps its shapes for those who asked, is a sound document, and choosing moves nobody. */
async function sound(page: Page) {
  expect.soft(await malformed(page), 'the document').toEqual([]);
  expect.soft(await generated(page), 'words that only style sheets have').toEqual([]);
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  expect.soft(await moving(page), 'reduced motion').toEqual([]);
  expect.soft(await unseen(page), 'forced colours').toEqual([]);
  await page.emulateMedia({ reducedMotion: null, forcedColors: null });
  expect.soft(await contextLost(page), 'choosing moves nobody').toEqual([]);
}

/** It is whole at 200 %, at 320 px and with spaced text. */
async function resized(page: Page) {
  // A window of 1280 × 800 at 200 %.
  await page.setViewportSize({ width: 640, height: 400 });
  await settled(page);
  expect.soft(await tooWide(page), 'at 200 %').toEqual([]);
  expect.soft(await clipped(page), 'at 200 %').toEqual([]);
  await page.setViewportSize({ width: 320, height: 640 });
  await settled(page);
  expect.soft(await tooWide(page), 'at 320 px').toEqual([]);
  expect.soft(await clipped(page), 'at 320 px').toEqual([]);
  expect.soft(await smallTargets(page), 'at 320 px').toEqual([]);
  await spaceText(page);
  expect.soft(await tooWide(page), 'spaced').toEqual([]);
  expect.soft(await clipped(page), 'spaced').toEqual([]);
}
