// What has to hold on every screen of the table in screens.ts.

import { accessible, expect } from './fixtures.ts';
import { clipped, hiddenFocus, moving, smallTargets, spaceText, tooWide, unseen } from './look.ts';
import { foreign } from './phrases.ts';
import { open, SCREENS, settled, test } from './screens.ts';

for (const screen of SCREENS) {
  test.describe(screen.name, () => {
    test.use({ expectedErrors: screen.errors ?? [] });

    test('is accessible in light and dark, fits, and can be pressed', async ({ page, world }) => {
      await open(page, screen, world);
      await accessible(page, `${screen.name} in light colours`);
      expect(await tooWide(page)).toEqual([]);
      expect(await smallTargets(page)).toEqual([]);
      expect(await foreign(page, 'fr'), 'no English on a French screen').toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await accessible(page, `${screen.name} in dark colours`);
    });

    test('is whole at 200 %, at 320 px and with spaced text', async ({ page, world }, info) => {
      test.skip(info.project.name !== 'desk', 'sets its own sizes');
      await open(page, screen, world);
      // A window of 1280 × 800 at 200 %.
      await page.setViewportSize({ width: 640, height: 400 });
      await settled(page);
      expect(await tooWide(page), 'at 200 %').toEqual([]);
      expect(await clipped(page), 'at 200 %').toEqual([]);
      await page.setViewportSize({ width: 320, height: 640 });
      await settled(page);
      expect(await tooWide(page), 'at 320 px').toEqual([]);
      expect(await clipped(page), 'at 320 px').toEqual([]);
      expect(await smallTargets(page), 'at 320 px').toEqual([]);
      await spaceText(page);
      expect(await tooWide(page), 'spaced').toEqual([]);
      expect(await clipped(page), 'spaced').toEqual([]);
    });

    test('shows where the focus is, all the way through', async ({ page, world }) => {
      await open(page, screen, world);
      expect(await hiddenFocus(page)).toEqual([]);
    });

    test('keeps still and keeps its shapes for those who asked', async ({ page, world }, info) => {
      test.skip(info.project.name !== 'desk', 'no matter of size');
      await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
      await open(page, screen, world);
      expect(await moving(page), 'reduced motion').toEqual([]);
      expect(await unseen(page), 'forced colours').toEqual([]);
    });
  });

  test.describe(`${screen.name} in English`, () => {
    test.use({ expectedErrors: screen.errors ?? [], locale: 'en-GB' });

    test('has no French left', async ({ page, world }, info) => {
      test.skip(info.project.name !== 'phone', 'no matter of size');
      await open(page, screen, world);
      await expect(page.locator('html')).toHaveAttribute('lang', 'en');
      expect(await foreign(page, 'en')).toEqual([]);
    });
  });
}
