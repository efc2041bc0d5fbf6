// A report's page while its photos arrive slowly, and on paper.

import { expect } from './fixtures.ts';
import { open, test } from './screens.ts';

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
          setTimeout(() => resolve(sum), 300);
        }),
    );
    expect(shift).toBeLessThanOrEqual(0.01);
  });
});

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
  const paper = (await page.pdf({ format: 'A4' })).toString('latin1');
  expect(paper.match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(3);
});
