// Every screen in light and dark, those of staff and operators also in English, the main ones also in forced colours; the
// README's three pictures when they are asked for.

import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { open, SCREENS, test } from '../e2e/screens.ts';

const SHOTS = resolve(import.meta.dirname, '../../test-results/screens');
const PICTURES = resolve(import.meta.dirname, '../../../docs/pictures');
/** Which screens the README shows, and at which size. */
const README = [
  { screen: 'home', project: 'phone' },
  { screen: 'report-page', project: 'phone' },
  { screen: 'console-report', project: 'desk' },
];
/** What is looked at in the colours that the reader's system forces on it. */
const FORCED =
  /^(home|reports|reports-map|report-page|report-form|me|console-inbox|console-report-status|operator-commune)$/;
const WORK = /console|operator/;
/** More would be slow to look at on the way. */
const MOST = 120_000;

for (const screen of SCREENS) {
  test.describe(screen.name, () => {
    test.use({ expectedErrors: screen.errors ?? [] });
    test('is drawn', async ({ page, world }, info) => {
      await open(page, screen, world);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const path = `${SHOTS}/${screen.name}-${info.project.name}-${colorScheme}.png`;
        await page.screenshot({ path, fullPage: await whole(page), scale: 'css' });
      }
      if (!FORCED.test(screen.name)) return;
      await page.emulateMedia({ colorScheme: 'dark', forcedColors: 'active' });
      const path = `${SHOTS}/${screen.name}-${info.project.name}-forced.png`;
      await page.screenshot({ path, fullPage: true, scale: 'css' });
    });
  });

  test.describe(`${screen.name} in English`, () => {
    test.use({ expectedErrors: screen.errors ?? [], locale: 'en-GB' });
    test('is drawn', async ({ page, world }, info) => {
      test.skip(info.project.name !== 'desk' || !WORK.test(screen.name), 'residents’ screens are mostly the same');
      await open(page, screen, world);
      await page.screenshot({ path: `${SHOTS}/${screen.name}-desk-en.png`, fullPage: await whole(page), scale: 'css' });
    });
  });
}

for (const { screen: name, project } of process.env.PARVIS_PICTURES ? README : []) {
  const screen = SCREENS.find((s) => s.name === name);
  test(`the README shows ${name}`, async ({ page, world }, info) => {
    test.skip(info.project.name !== project, 'of the other size');
    if (!screen) throw new Error(`no screen is called ${name}`);
    await page.emulateMedia({ colorScheme: 'light' });
    await open(page, screen, world);
    mkdirSync(PICTURES, { recursive: true });
    const path = `${PICTURES}/${name}.webp`;
    writeFileSync(path, await webp(page));
    expect(statSync(path).size).toBeLessThan(MOST);
  });
}

/** A dialog is as high as the window, which a picture of the whole page makes higher. */
const whole = async (page: Page) => (await page.locator('dialog[open]').count()) === 0;

/** What the window shows, as WebP, made by the browser itself. */
async function webp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 });
  return Buffer.from(data, 'base64');
}
