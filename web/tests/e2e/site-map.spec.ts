// The site map leads to every page that the menu knows, and every one of its links is a page.

import type { Page } from '@playwright/test';
import { COMMUNE, expect } from './fixtures.ts';
import { noTiles, settled, test } from './screens.ts';
import { signedIn } from './worlds.ts';

const addresses = async (page: Page, where: string) => {
  const all = await page.locator(`${where} a`).evaluateAll((links) => links.map((a) => (a as HTMLAnchorElement).href));
  return [...new Set(all.map((href) => new URL(href).pathname))];
};

/** Each is a page. */
async function opened(page: Page, listed: string[]) {
  for (const path of listed) {
    await page.goto(path);
    await settled(page);
    await expect(page.locator('h1').first(), path).not.toHaveText('Cette page n’existe pas');
  }
}

test('residents find every page from the foot of any page', async ({ page, world }, info) => {
  test.skip(info.project.name !== 'desk', 'no matter of size');
  await noTiles(page);
  await signedIn(page, world.sessions.resident);
  await page.goto(`/${COMMUNE}/legal`);
  await page.getByRole('contentinfo').getByRole('link', { name: 'Plan du site' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Plan du site');
  const listed = await addresses(page, 'main');
  const menu = [...(await addresses(page, 'header nav')), ...(await addresses(page, 'footer'))];
  expect(menu.filter((path) => path !== '/' && !path.endsWith('/site-map') && !listed.includes(path))).toEqual([]);
  await opened(page, listed);
});

test.describe('of the console', () => {
  // Nobody ordered an export yet.
  test.use({ expectedErrors: [/status of 404/] });
  test('staff find every page of the menu, and the settings', async ({ page, world }, info) => {
    test.skip(info.project.name !== 'desk', 'no matter of size');
    await noTiles(page);
    await signedIn(page, world.sessions.staff);
    await page.goto(`/${COMMUNE}/console/near`);
    await page.getByRole('link', { name: 'Plan du site' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Plan du site');
    const listed = await addresses(page, 'main');
    const menu = await addresses(page, '#console-nav nav');
    expect(menu.filter((path) => !listed.includes(path))).toEqual([]);
    expect(listed).toContain(`/${COMMUNE}/console/settings/routing`);
    await expect(page.getByRole('link', { name: 'Catégories' })).toBeVisible();
    await opened(page, listed);
  });
});
