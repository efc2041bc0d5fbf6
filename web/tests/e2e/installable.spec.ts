// The app on the home screen: what a browser needs to install it as the commune's own, and where it is offered.

import type { Page } from '@playwright/test';
import { accessible, COMMUNE, expect, shot } from './fixtures.ts';
import { asResident, resident } from './read-people.ts';
import { open, sendIt } from './report-people.ts';
import { test } from './staff.ts';

const offer = (page: Page) => page.getByRole('region', { name: 'Gardez votre commune sous la main' });

/** Sends an idea and stays at the thanks. */
async function thanks(page: Page) {
  await asResident(page, await resident(page.request));
  await open(page, '?kind=idea');
  await page.locator('main textarea').first().fill('Un banc près du lavoir');
  await sendIt(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('C’est envoyé, merci !');
}

test('each page names the commune’s manifest, which has what browsers ask for', async ({ page, request }) => {
  const wire = await page.context().newCDPSession(page);
  for (const path of ['', 'reports']) {
    await page.goto(`/${COMMUNE}/${path}`);
    await expect(page.locator('link[rel=manifest]')).toHaveAttribute('href', `/v1/${COMMUNE}/manifest`);
  }
  // What a browser asks for before it offers to install; one without a window does not say that something is missing.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const { url, data, errors, manifest } = await wire.send('Page.getAppManifest');
  expect(new URL(url).pathname).toBe(`/v1/${COMMUNE}/manifest`);
  expect(errors).toEqual([]);
  expect(manifest).toMatchObject({ display: 'kStandalone' });
  const told = JSON.parse(data ?? '');
  expect(told).toMatchObject({ start_url: `/${COMMUNE}/`, scope: `/${COMMUNE}/`, name: expect.stringMatching(/\S/) });
  const sides: number[] = [];
  for (const { src, sizes, type, purpose } of told.icons) {
    const answer = await request.get(src);
    expect(answer.headers()['content-type'], src).toBe(type);
    // Where a PNG says how wide and how high it is.
    const picture = await answer.body();
    const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
    expect(`${width}x${height}`, src).toBe(sizes);
    if (purpose === 'any') sides.push(Math.min(width, height));
  }
  expect(sides).toEqual(expect.arrayContaining([192, 512]));
});

test('a page that is loaded past the worker is looked after all the same', async ({ page }) => {
  await page.goto(`/${COMMUNE}/`);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const wire = await page.context().newCDPSession(page);
  await Promise.all([page.waitForEvent('load'), wire.send('Page.reload', { ignoreCache: true })]);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
});

test('what the browser offers early is kept for the thanks, and asked by the button alone', async ({ page }) => {
  // Browsers offer it once, as soon as the page is there; one without a window does not.
  await page.addInitScript(() => {
    const here = globalThis as { offers?: { event: Event; prompted: number }[] };
    addEventListener('load', () => {
      const one = { event: new Event('beforeinstallprompt', { cancelable: true }), prompted: 0 };
      const prompt = async () => {
        one.prompted += 1;
      };
      dispatchEvent(Object.assign(one.event, { prompt }));
      here.offers = [...(here.offers ?? []), one];
    });
  });
  const offers = () =>
    page.evaluate(() =>
      (globalThis as unknown as { offers: { event: Event; prompted: number }[] }).offers.map(({ event, prompted }) => ({
        held: event.defaultPrevented,
        prompted,
      })),
    );
  await thanks(page);
  await expect(offer(page)).toContainText('même sans réseau');
  await accessible(page, 'the thanks with the app');
  await shot(page, 'report-done-install');
  expect(await offers()).toEqual([{ held: true, prompted: 0 }]);
  await offer(page).getByRole('button', { name: 'Ajouter à l’écran d’accueil' }).click();
  await expect(offer(page)).toHaveCount(0);
  expect(await offers()).toEqual([{ held: true, prompted: 1 }]);
});

test('a browser that offers nothing is not promised anything', async ({ page }) => {
  await thanks(page);
  await expect(page.getByRole('link', { name: 'Voir le suivi' })).toBeVisible();
  await expect(offer(page)).toHaveCount(0);
});

test.describe('on an iPhone', () => {
  test.use({
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  });
  test('the thanks say how it is done by hand', async ({ page }) => {
    await thanks(page);
    await expect(offer(page)).toContainText('Touchez « Partager », puis « Sur l’écran d’accueil ».');
    await expect(offer(page).getByRole('button')).toHaveCount(0);
    await accessible(page, 'the thanks on an iPhone');
  });
});
