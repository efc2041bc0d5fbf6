// A commune's own map: tiles from another server that the deployment allows, or one file that the administrator sends. Without
// either, the outline, the zones and the pins are there all the same.

import { readFileSync } from 'node:fs';
import type { APIRequestContext, Page } from '@playwright/test';
import { BOUNDARY, bothWays, call, type FreshCommune, signedIn, test } from './desk.ts';
import { expect } from './fixtures.ts';
import { type Box, halfWater, mapFile } from './map-file.ts';

// What a rule refuses is answered with 422, what a file that is gone is asked for with 404; without a network nothing is.
test.use({ expectedErrors: [/status of (404|422)|ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });

const settings = (commune: string) => `/${commune}/console/settings/map`;
const TILE = readFileSync('../tests/src/photos/tile.png');
const corners = BOUNDARY.coordinates.flat();
const along = (axis: number) => corners.map((corner) => corner[axis] ?? 0);
const BOX: Box = [Math.min(...along(0)), Math.min(...along(1)), Math.max(...along(0)), Math.max(...along(1))];
const SOURCE = '© Ville d’essai <b>2026</b>';

const save = (page: Page) => page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
const map = (page: Page) => page.getByRole('region', { name: 'Carte des signalements' });
/** The pictures that a map is drawn from, those that have arrived. */
const drawn = (page: Page) => page.locator('.reports-map .leaflet-tile-loaded');

/** The commune's map as its residents see it. */
async function openMap(page: Page, desk: FreshCommune) {
  await page.goto(`/${desk.id}/reports?view=map`);
  await expect(map(page).locator('path.boundary')).toHaveCount(1);
}

/** One pin; before that the training begins. */
async function report(request: APIRequestContext, desk: FreshCommune) {
  const as = desk.administrator;
  await call(request, 'GET', `/v1/${desk.id}/launch`, { as });
  const authorization = `Bearer ${as.token}`;
  const seen = await request.get(`/v1/${desk.id}/launch`, { headers: { authorization } });
  const version = { 'if-match': seen.headers().etag ?? '' };
  await call(request, 'PUT', `/v1/${desk.id}/launch`, { as, headers: version, data: { phase: 'training' } });
  const [west, south, east, north] = BOX;
  const place = { longitude: (west + east) / 2, latitude: (south + north) / 2 };
  const data = { kind: 'idea', description: 'Un banc à l’ombre.', place };
  const headers = { 'idempotency-key': crypto.randomUUID() };
  await call(request, 'POST', `/v1/${desk.id}/reports`, { as, data, headers });
}

/** The west of the commune is a zone; before anything else is set. */
async function withZone(request: APIRequestContext, desk: FreshCommune) {
  const as = desk.administrator;
  const [west, south, east, north] = BOX;
  const middle = (west + east) / 2;
  const ring = [
    [west, south],
    [middle, south],
    [middle, north],
    [west, north],
    [west, south],
  ];
  const zone = { id: 'ouest', name: 'Ouest', boundary: { type: 'Polygon', coordinates: [ring] }, archived: false };
  const data = { ...(await call(request, 'GET', `/v1/${desk.id}/settings`, { as })), zones: [zone] };
  await call(request, 'PUT', `/v1/${desk.id}/settings`, { as, headers: { 'if-match': '"1"' }, data });
}

async function bring(page: Page, file: Buffer) {
  await page.getByLabel(/^Source du fichier/).fill(SOURCE);
  await page.getByLabel(/^(Ajouter|Remplacer) (un|le) fichier/).setInputFiles({
    name: 'commune.pmtiles',
    mimeType: 'application/octet-stream',
    buffer: file,
  });
}

test('tiles from another server are refused where it is not allowed, shown before they are saved, and drawn', async ({
  context,
  desk,
}) => {
  // A page of its own: the others are watched for requests to elsewhere, which are this story.
  const page = await context.newPage();
  await signedIn(page, desk.administrator);
  const asked: string[] = [];
  await page.route(/^https:/, async (route) => {
    asked.push(route.request().url());
    await route.fulfill({ contentType: 'image/png', body: TILE });
  });
  await page.goto(settings(desk.id));
  await page.getByRole('radio', { name: /Un autre serveur/ }).check();
  const url = page.getByLabel('Adresse des tuiles');
  await url.fill('http://tuiles.mairie.example/{z}/{x}.png');
  await page.getByLabel('Source à nommer sur la carte', { exact: true }).fill(SOURCE);
  await save(page);
  await expect(page.getByText(/doit commencer par https/).first()).toBeVisible();
  await url.fill('https://tuiles.mairie.example/{z}/{x}/{y}.png');
  await save(page);
  await expect(page.getByText(/n’autorise pas ce serveur/).first()).toBeVisible();
  await bothWays(page, 'a server that is not allowed', 'settings-map-error');
  await url.fill('https://data.geopf.fr/essai/{z}/{x}/{y}.png');
  await expect
    .poll(() => asked.filter((one) => one.startsWith('https://data.geopf.fr/essai/')).length)
    .toBeGreaterThan(0);
  const before = asked.length;
  await save(page);
  await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
  await openMap(page, desk);
  await expect(drawn(page).first()).toBeVisible();
  await expect(map(page).getByText(SOURCE, { exact: true })).toBeVisible();
  expect(asked.length).toBeGreaterThan(before);
  expect(asked.every((one) => /^https:\/\/(data\.geopf\.fr|tuiles\.mairie\.example)\//.test(one))).toBe(true);
});

test('a file of pictures is sent, shown, drawn without asking anybody else, and taken away again', async ({
  page,
  desk,
  request,
}) => {
  await page.goto(settings(desk.id));
  await bring(page, Buffer.concat([Buffer.from('<svg>'), TILE]));
  await expect(page.getByText('Ce fichier n’est pas un fichier PMTiles de version 3.').first()).toBeVisible();
  await bothWays(page, 'a file that is none', 'settings-map-no-file');
  await bring(page, mapFile(BOX, TILE));
  await expect(page.getByText(/Images PNG, .* Mo, zooms 0 à 13/)).toBeVisible();
  await expect(page.locator('figure .leaflet-tile-loaded').first()).toBeVisible();
  await bothWays(page, 'a file in place', 'settings-map-file');
  const told = await call(request, 'GET', `/v1/${desk.id}?fresh`);
  expect(told.map.kind).toBe('file');

  const parts: string[] = [];
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (path.startsWith('/maps/')) parts.push(`${response.status()} ${path.split('/')[2]}`);
  });
  await report(request, desk);
  await openMap(page, desk);
  await expect(drawn(page).first()).toBeVisible();
  await expect(map(page).locator('.marker')).toHaveCount(1);
  // What was written as a source is text, whatever it looks like.
  await expect(map(page).getByText(SOURCE, { exact: true })).toBeVisible();
  expect(new Set(parts)).toEqual(new Set([`206 ${desk.id}`]));
  await bothWays(page, 'a map drawn from a file', 'map-from-file');

  await page.goto(settings(desk.id));
  await page.getByRole('button', { name: 'Retirer le fichier' }).click();
  await expect(page.getByText('Aucun fichier pour l’instant.')).toBeVisible();
  expect((await request.get(new URL(told.map.url).pathname)).status()).toBe(404);
  // The profile that a browser keeps for a minute may still name it: outline and pins are there all the same.
  await openMap(page, desk);
  await expect(map(page).locator('.marker')).toHaveCount(1);
  await expect(drawn(page)).toHaveCount(0);
});

test('a file of shapes is drawn in the browser', async ({ page, desk }) => {
  await page.goto(settings(desk.id));
  await bring(page, mapFile(BOX, halfWater(), true));
  await expect(page.getByText(/Formes, .* Mo/)).toBeVisible();
  await openMap(page, desk);
  // Land and water have colours of their own.
  const colours = () =>
    page.locator('.reports-map canvas.leaflet-tile').evaluateAll((tiles) => {
      const found = new Set<string>();
      for (const tile of tiles as HTMLCanvasElement[]) {
        const pixels = tile.getContext('2d');
        for (const at of [0.25, 0.75])
          if (pixels) found.add(pixels.getImageData(tile.width * at, tile.height / 2, 1, 1).data.join());
      }
      return found.size;
    });
  await expect.poll(colours).toBeGreaterThan(1);
  await bothWays(page, 'a map drawn from shapes', 'map-from-shapes');
});

test('without a background the outline is there, and nothing is asked of anybody else', async ({ context, desk }) => {
  // A page of its own, as above: here the deployment has tiles.
  const page = await context.newPage();
  await signedIn(page, desk.administrator);
  const asked: string[] = [];
  await page.route(/^https:/, async (route) => {
    asked.push(route.request().url());
    await route.fulfill({ contentType: 'image/png', body: TILE });
  });
  const tiles = { url: 'https://data.geopf.fr/usual/{z}/{x}/{y}.png', attribution: '© IGN', max_zoom: 19 };
  await page.route('**/web.json', (route) => route.fulfill({ json: { tiles, geocoder: null } }));
  await openMap(page, desk);
  await expect(drawn(page).first()).toBeVisible();
  await page.goto(settings(desk.id));
  await page.getByRole('radio', { name: /^Aucun/ }).check();
  await save(page);
  await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
  await page.goto('about:blank');
  asked.length = 0;
  await openMap(page, desk);
  await page.waitForLoadState('networkidle');
  expect(asked).toEqual([]);
  await expect(page.locator('.reports-map .leaflet-tile')).toHaveCount(0);
  await bothWays(page, 'a map without a background', 'map-plain');
});

test('what was seen of the commune’s own map is seen without a network, its pins as they were', async ({
  page,
  context,
  desk,
  request,
}) => {
  await withZone(request, desk);
  await report(request, desk);
  await page.goto(settings(desk.id));
  await bring(page, mapFile(BOX, TILE));
  await expect(page.getByText(/Images PNG/)).toBeVisible();
  await openMap(page, desk);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.reload();
  await expect(drawn(page).first()).toBeVisible();
  await expect(map(page).locator('.marker')).toHaveCount(1);
  await expect(page.getByText(/carte telle qu’elle était/)).toHaveCount(0);
  await context.setOffline(true);
  await page.reload();
  await expect(map(page).locator('path.boundary')).toHaveCount(1);
  await expect(map(page).locator('path.zone')).toHaveCount(1);
  await expect(drawn(page).first()).toBeVisible();
  await expect(page.getByText(/carte telle qu’elle était/)).toBeVisible();
  await expect(map(page).locator('.marker')).toHaveCount(1);
  await bothWays(page, 'a map without a network', 'map-offline');
});
