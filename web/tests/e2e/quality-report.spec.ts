// A report's page while its photos arrive slowly, on paper (the console's too), and once its day is over.

import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import { noTiles, open, signedIn, test } from './screens.ts';

const SCREEN = {
  name: 'report-page',
  path: (w: { commune: string; report: string }) => `/${w.commune}/reports/${w.report}`,
};

test.describe('with slow photos', () => {
  test.use({ serviceWorkers: 'block' });

  test('nothing moves when they arrive', async ({ page, world }) => {
    let held = 0;
    await page.route('**/media/**', async (route) => {
      held += 1;
      // As a slow network would; the page is drawn long before.
      await new Promise((arrive) => setTimeout(arrive, 1200));
      await route.continue();
    });
    await open(page, SCREEN, world);
    expect(held, 'photos were loaded').toBeGreaterThan(0);
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
              if (!entry.hadRecentInput) sum += entry.value;
          }).observe({ type: 'layout-shift', buffered: true });
          // Two frames later what moved in this one has been measured.
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
        }),
    );
    expect(shift).toBeLessThanOrEqual(0.01);
  });
});

/** How many sheets it takes. */
const sheets = async (page: Page) =>
  (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g)?.length;

test('on paper there is the report and nothing to press', async ({ page, world }, info) => {
  test.skip(info.project.name !== 'desk', 'paper has one size');
  await open(page, SCREEN, world);
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await expect(page.locator('h1')).toBeVisible();
  await expect(page.getByText('Un trou s’est formé').first()).toBeVisible();
  await expect(page.locator('main img').first()).toBeVisible();
  // A photo that opens larger is a button, and stays a photo.
  await expect(page.locator('button:not(:has(img)), nav, form, input, textarea').filter({ visible: true })).toHaveCount(
    0,
  );
  expect(await sheets(page)).toBeLessThanOrEqual(3);
});

test('the console’s report on paper has nothing to press either, and nothing that is for colleagues', async ({
  page,
  world,
}, info) => {
  test.skip(info.project.name !== 'desk', 'paper has one size');
  const at = `/${world.long.id}/console/reports/${world.long.report}?do=note`;
  await open(page, { name: 'long-console-report', who: 'long', path: () => at }, world);
  await expect(page.getByLabel('Note pour vos collègues')).toBeVisible();
  await expect(page.locator('.internal .words').first()).toBeVisible();
  await expect(page.getByText('Compte de l’auteur')).toBeVisible();
  await expect(page.locator('.thread').getByText('Agnès Adjointe').first()).toBeVisible();
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  for (const said of ['h1', '.said', '.thread', '.facts']) await expect(page.locator(said)).toBeVisible();
  await expect(
    page.locator('a:not(:has(img)), button, nav, form, input, textarea').filter({ visible: true }),
  ).toHaveCount(0);
  await expect(page.locator('.internal').filter({ visible: true })).toHaveCount(0);
  await expect(page.getByText('Compte de l’auteur')).toBeHidden();
  // Residents are not told agents' names.
  await expect(page.getByText('Agnès Adjointe').filter({ visible: true })).toHaveCount(0);
  expect(await sheets(page)).toBeLessThanOrEqual(4);
  await page.screenshot({ path: 'test-results/screens/console-report-paper-desk.png', fullPage: true });
});

test('past its day it is late, for staff and for residents', async ({ page, world, request }) => {
  const { id, report } = world.long;
  await signedIn(page, world.sessions.long);
  await noTiles(page);
  const headers = { authorization: `Bearer ${world.sessions.long.access_token}` };
  const { expected } = await (await request.get(`/v1/${id}/reports/${report}`, { headers })).json();
  const daysAfter = (days: number) =>
    page.clock.setFixedTime(Date.parse(`${expected}T12:00:00Z`) + days * 24 * 60 * 60 * 1000);
  const row = page.locator('.row', { has: page.locator(`a[href$="${report}"]`) });
  const count = page.locator('.inbox-count');
  await daysAfter(0);
  await page.goto(`/${id}/console/`);
  await expect(row).toContainText('Prévu avant le');
  await expect(row).not.toHaveClass(/late/);
  await expect(count).toHaveText('1 signalement');
  await daysAfter(2);
  await page.reload();
  await expect(row.getByText('En retard de 2 jours')).toBeVisible();
  await expect(row).toHaveClass(/late/);
  await expect(count).toHaveText('1 signalement, dont 1 en retard');
  const map = page.getByRole('button', { name: 'Afficher la carte' });
  if (await map.isVisible()) await map.click();
  await expect(page.locator('.console-pin.late')).toHaveCount(1);
  await row.locator('a.row-link').click();
  await expect(page.locator('.treat-state')).toContainText('En retard de 2 jours');
  await page.goto(`/${id}/reports/${report}`);
  await expect(page.locator('.standing')).toContainText('Cette date est passée.');
});
