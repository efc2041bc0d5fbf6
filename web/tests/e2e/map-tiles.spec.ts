// A background that does not come, from a server that is down or without a network: the outline and the zones say where a place
// is then, so the map stays where they are seen.

import type { Page } from '@playwright/test';
import { accessible, COMMUNE, expect, shot, test } from './fixtures.ts';
import { asResident, resident, send } from './read-people.ts';
import { somewhere, typePlace } from './report-people.ts';

test.use({ expectedErrors: [/ERR_FAILED/] });

const TILE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNoaGj4DwAFhAKAjM1mJgAAAABJRU5ErkJggg==',
  'base64',
);

/** A deployment with tiles of which `come` says, by their zoom, whether they arrive. */
async function tiles(page: Page, baseURL: string | undefined, come: (zoom: number) => boolean) {
  /** The zooms that were asked for, in order. */
  const asked: number[] = [];
  const ended = new Set<number>();
  await page.route('**/tiles/*/*/*.png', async (route) => {
    const zoom = Number(new URL(route.request().url()).pathname.split('/')[2]);
    if (asked.at(-1) !== zoom) asked.push(zoom);
    await (come(zoom) ? route.fulfill({ contentType: 'image/png', body: TILE }) : route.abort());
    ended.add(zoom);
  });
  const config = {
    tiles: { url: `${baseURL}/tiles/{z}/{x}/{y}.png`, attribution: 'IGN', max_zoom: 19 },
    geocoder: null,
  };
  await page.route('**/web.json', (route) => route.fulfill({ json: config }));
  return { asked, ended };
}

/** Opens the form and says where it is; the map is there before. */
async function place(page: Page) {
  await page.goto(`/${COMMUNE}/report`);
  await page.getByRole('button', { name: 'Choisir sur la carte' }).click();
  await expect(page.getByRole('application').locator('path.boundary')).toBeVisible();
  await typePlace(page, somewhere());
  await expect(page.getByRole('button', { name: /Repère du lieu/ })).toBeVisible();
}

test('where a place is chosen, the map does not go where there is nothing to see', async ({ page, baseURL }) => {
  // A button that is pressed during a movement does nothing.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { asked, ended } = await tiles(page, baseURL, () => false);
  await place(page);
  await expect.poll(() => asked.at(-1)).toBe(14);
  await expect(page.locator('.place-map path.zone')).toHaveCount(3);
  await accessible(page, 'a map whose background does not come');
  await shot(page, 'map-no-tiles');
  // Who looks closer stays there.
  const nearer = page.getByRole('application').getByRole('button', { name: 'Agrandir' });
  await nearer.click();
  await expect.poll(() => ended.has(15)).toBe(true);
  await nearer.click();
  await expect.poll(() => ended.has(16)).toBe(true);
  await page.waitForLoadState('networkidle');
  expect(asked.slice(asked.indexOf(15))).toEqual([15, 16]);
});

test('it comes back when only the surroundings had come, and stays where they do', async ({ page, baseURL }) => {
  let cut = false;
  const { asked, ended } = await tiles(page, baseURL, (zoom) => !cut || zoom < 14);
  await page.goto(`/${COMMUNE}/report`);
  await page.getByRole('button', { name: 'Choisir sur la carte' }).click();
  await expect(page.locator('.place-map .leaflet-tile-loaded').first()).toBeVisible();
  cut = true;
  await typePlace(page, somewhere());
  await expect.poll(() => asked.slice(-2)).toEqual([17, 14]);
  cut = false;
  await page.getByRole('button', { name: 'Effacer ce lieu' }).click();
  await page.reload();
  asked.length = 0;
  ended.clear();
  await place(page);
  await expect.poll(() => ended.has(17)).toBe(true);
  await expect(page.locator('.place-map .leaflet-tile-loaded').first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(asked.at(-1)).toBe(17);
});

test('on a report’s page the commune stays in view', async ({ page, baseURL, request }) => {
  const who = await resident(request);
  const { id } = await send(request, who);
  await asResident(page, who);
  const { asked } = await tiles(page, baseURL, () => false);
  await page.goto(`/${COMMUNE}/reports/${id}`);
  await expect(page.locator('.map.spot path.boundary')).toBeVisible();
  await expect.poll(() => asked.at(-2)).toBe(17);
  expect(asked.at(-1)).toBeLessThan(14);
  await expect(page.locator('.map.spot path.boundary')).toBeVisible();
  await expect(page.locator('.map.spot path.zone')).toHaveCount(3);
  await expect(page.locator('.map.spot .marker')).toBeVisible();
  await shot(page, 'report-no-tiles');
});

test('a report’s map is there although it was begun anew without its background', async ({ page, request }) => {
  const who = await resident(request);
  const { id } = await send(request, who);
  await asResident(page, who);
  let release = () => {};
  const gate = new Promise<void>((open) => {
    release = open;
  });
  await page.route('**/web.json', async (route) => {
    await gate;
    await route.fulfill({ json: { tiles: null, geocoder: null } });
  });
  await page.goto(`/${COMMUNE}/reports/${id}`);
  await expect(page.locator('.map.spot path.boundary')).toBeVisible();
  // As when a notification about it is pressed: the commune is asked for anew, too.
  const commune = page.waitForResponse((r) => new URL(r.url()).pathname === `/v1/${COMMUNE}`);
  await page.evaluate(() => {
    const data = { news: location.pathname };
    navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data }));
  });
  await (await commune).finished();
  // Two frames later the map has been begun anew.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  release();
  await expect(page.locator('.map.spot .marker')).toBeVisible();
  await expect(page.locator('.map.spot path.boundary')).toHaveCount(1);
});
