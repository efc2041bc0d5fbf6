// Photos on a slow network and under a finger: nothing moves when they arrive, and a swipe leads to the next one.

import type { Page } from '@playwright/test';
import { accessible, expect } from './fixtures.ts';
import { noTiles, test } from './screens.ts';
import type { World } from './worlds.ts';

const SHOWING: { name: string; path: (w: World) => string }[] = [
  { name: 'home', path: (w) => `/${w.commune}/` },
  { name: 'the list', path: (w) => `/${w.commune}/reports` },
  { name: 'a report', path: (w) => `/${w.commune}/reports/${w.report}` },
];

/** How much moved from now on, until `settled` is called: the sum of the browser's own measure, 0 for nothing. */
async function movement(page: Page): Promise<() => Promise<number>> {
  const sum = await page.evaluateHandle(() => {
    const state = { sum: 0 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) state.sum += entry.value;
    }).observe({ type: 'layout-shift' });
    return state;
  });
  return () =>
    sum.evaluate(
      (state) =>
        new Promise<number>((done) => {
          // Two frames later what moved in this one has been measured.
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(state.sum))));
        }),
    );
}

const drawn = (page: Page) =>
  page.evaluate(() => {
    const near = (i: HTMLImageElement) => i.getBoundingClientRect().top < innerHeight && i.src.includes('/media/');
    const photos = [...document.images].filter(near);
    return { all: photos.length, there: photos.filter((i) => i.complete && i.naturalWidth > 0).length };
  });

test.describe('while photos are on their way', () => {
  test.use({ serviceWorkers: 'block' });

  for (const screen of SHOWING) {
    test(`nothing moves on ${screen.name}`, async ({ page, world }) => {
      let release = () => {};
      const gate = new Promise<void>((open) => {
        release = open;
      });
      await noTiles(page);
      await page.route('**/media/**', async (route) => {
        await gate;
        await route.continue();
      });
      await page.goto(screen.path(world), { waitUntil: 'domcontentloaded' });
      await expect(page.locator('main .photo').first()).toBeAttached();
      await page.locator('main .photo').first().scrollIntoViewIfNeeded();
      await expect(page.locator('.spinner')).toHaveCount(0);
      await expect.poll(async () => (await drawn(page)).all).toBeGreaterThan(0);
      const moved = await movement(page);
      release();
      await expect
        .poll(async () => {
          const { all, there } = await drawn(page);
          return all > 0 && all === there;
        })
        .toBe(true);
      expect(await moved()).toBe(0);
    });
  }
});

test.describe('under a finger', () => {
  test.use({ serviceWorkers: 'block' });

  test('a swipe leads to the next photo, and other movements do not', async ({ page, world }, info) => {
    test.skip(info.project.name !== 'phone', 'a desk has no touch screen');
    await noTiles(page);
    await page.goto(`/${world.commune}/reports/${world.report}`);
    await page.getByRole('button', { name: /Agrandir la photo 1 sur 2/ }).click();
    const at = (n: number) => page.getByRole('dialog', { name: `Photo ${n} sur 2` });
    await expect(at(1)).toBeVisible();
    const wire = await page.context().newCDPSession(page);
    const box = await page.getByRole('dialog').locator('img').boundingBox();
    if (!box) throw new Error('no photo');
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
      wire.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((p, id) => ({ ...p, id })) });
    const drag = async (x: number, y: number) => {
      await touch('touchStart', [middle]);
      for (const part of [0.25, 0.5, 0.75, 1])
        await touch('touchMove', [{ x: middle.x + x * part, y: middle.y + y * part }]);
      await touch('touchEnd', []);
      await drawnAnew();
    };
    /** What a finger changes is drawn by then. */
    const drawnAnew = () =>
      page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await drag(-15, 0);
    await expect(at(1), 'a finger that trembles').toBeVisible();
    await drag(-60, 160);
    await expect(at(1), 'a finger that scrolls').toBeVisible();
    await drag(-120, 10);
    await expect(at(2), 'a swipe').toBeVisible();
    await expect(page.getByText('2 / 2')).toBeVisible();
    await accessible(page, 'the second photo');
    await drag(-120, 0);
    await expect(at(2), 'a swipe at the end').toBeVisible();
    await drag(120, 0);
    await expect(at(1), 'a swipe back').toBeVisible();
    // Two fingers that spread make it larger.
    await touch('touchStart', [middle]);
    await touch('touchStart', [middle, { x: middle.x + 20, y: middle.y }]);
    await touch('touchMove', [
      { x: middle.x - 90, y: middle.y },
      { x: middle.x + 110, y: middle.y },
    ]);
    await touch('touchEnd', []);
    await drawnAnew();
    await expect(at(1), 'two fingers').toBeVisible();
  });
});
