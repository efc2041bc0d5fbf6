// The start: a commune opens, an unknown one says so.

import { accessible, COMMUNE, expect, test } from './fixtures.ts';

test('the commune opens and is named', async ({ page }) => {
  await page.goto(`/${COMMUNE}/`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Aubignac/);
  await accessible(page, 'home');
});

test.describe('an address without a screen', () => {
  test.use({ expectedErrors: [/404/] });
  test('says so', async ({ page }) => {
    await page.goto('/nulle-part-du-tout/');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cette page n’existe pas');
  });
});
