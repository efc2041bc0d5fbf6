// Each of the three pages, and the console inside and at its door, can be read in another language.

import { accessible, expect } from './fixtures.ts';
import { tooWide } from './look.ts';
import { foreign } from './phrases.ts';
import { open, SCREENS, settled, test } from './screens.ts';

for (const name of ['home', 'console-sign-in', 'console-inbox', 'operator-sign-in']) {
  const screen = SCREENS.find((s) => s.name === name);
  if (!screen) throw new Error(`no screen ${name}`);

  test(`${name} is read in the language one picks`, async ({ page, world }) => {
    await open(page, screen, world);
    const menu = page.getByRole('button', { name: 'Menu' });
    const pick = async (language: string) => {
      // On a phone the console's menu is folded.
      if (await menu.isVisible()) await menu.click();
      await page.getByRole('button', { name: language, exact: true }).click();
    };
    await pick('English');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await settled(page);
    expect(await foreign(page, 'en')).toEqual([]);
    if (await menu.isVisible()) await menu.click();
    await accessible(page, `${name} in English`);
    expect(await tooWide(page)).toEqual([]);
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await settled(page);
    await pick('Français');
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    await settled(page);
    expect(await foreign(page, 'fr')).toEqual([]);
  });
}
