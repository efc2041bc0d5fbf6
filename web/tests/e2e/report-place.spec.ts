// Each way to say where it is, alone; outside of the commune is told at once.

import type { Page } from '@playwright/test';
import { accessible, COMMUNE, expect, shot, test } from './fixtures.ts';
import { fingers, middle, mouse } from './hands.ts';
import { confirmBy, fillPhone, fillRoad, open, photo, sendIt, somewhere, typePlace } from './report-people.ts';

/** Of the demo commune. */
const ZONES = 3;

test.describe('by the device', () => {
  const at = { latitude: 43.6701, longitude: 5.5915, accuracy: 12 };
  test.use({ geolocation: at, permissions: ['geolocation'] });
  test('the position is asked for by a button, shown in words and on the map', async ({ page }) => {
    await open(page);
    await page.getByRole('button', { name: 'Utiliser ma position' }).click();
    await expect(page.getByText('Votre position.')).toBeVisible();
    await expect(page.getByText('Quartier : Vieux village.')).toBeVisible();
    await expect(page.getByText(/à 12\sm près/)).toBeVisible();
    await expect(page.getByRole('button', { name: /Repère du lieu/ })).toBeVisible();
    await accessible(page, 'a place by the device');
  });
});

test.describe('by a device that refuses', () => {
  test.use({ permissions: [] });
  test('another way is offered', async ({ page }) => {
    await open(page);
    await page.getByRole('button', { name: 'Utiliser ma position' }).click();
    await expect(page.getByText(/Votre appareil ne donne pas votre position/)).toBeVisible();
    await typePlace(page);
  });
});

test('on the map: by pointer and by keyboard', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Choisir sur la carte' }).click();
  const map = page.getByRole('application');
  await expect(map.locator('path.boundary')).toBeVisible();
  // Without a background they are what one goes by.
  await expect(map.locator('path.zone')).toHaveCount(ZONES);
  await expect(map.locator('path.zone').first()).toBeVisible();
  await map.click({ position: { x: 150, y: 140 } });
  await expect(page.getByText('Lieu choisi sur la carte.')).toBeVisible();
  const marker = page.getByRole('button', { name: /Repère du lieu/ });
  await expect(marker).toBeVisible();
  const words = page.locator('.chosen');
  const before = await words.textContent();
  await marker.focus();
  await page.keyboard.press('Shift+ArrowUp');
  await expect(words).not.toHaveText(before ?? '');
  await accessible(page, 'the map');
  await shot(page, 'report-map');
  await page.getByRole('button', { name: 'Effacer ce lieu' }).click();
  await expect(marker).toHaveCount(0);
  await map.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Lieu choisi sur la carte.')).toBeVisible();
});

test('on the map: the marker is dragged, and a finger that scrolls on takes neither it nor the map along', async ({
  page,
  hasTouch,
}) => {
  await open(page);
  await page.getByRole('button', { name: 'Choisir sur la carte' }).click();
  const map = page.getByRole('application');
  await expect(map.locator('path.boundary')).toBeVisible();
  /** In the middle of the screen, and at rest there. */
  const centred = async () => {
    const here = () => map.evaluate((element) => Math.round(element.getBoundingClientRect().y));
    await expect(async () => {
      await map.evaluate((element) => element.scrollIntoView({ block: 'center' }));
      const before = await here();
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      expect(await here()).toBe(before);
    }).toPass();
  };
  await map.click({ position: { x: 150, y: 140 } });
  await expect(page.getByText('Lieu choisi sur la carte.')).toBeVisible();
  await centred();
  const marker = page.getByRole('button', { name: /Repère du lieu/ });
  const words = page.locator('.chosen');
  /** Where the marker is on the map, in whole pixels. */
  const onMap = () =>
    marker.evaluate((element) => {
      const [one, all] = [element.getBoundingClientRect(), element.closest('.map')?.getBoundingClientRect()];
      return { x: Math.round(one.x - (all?.x ?? 0)), y: Math.round(one.y - (all?.y ?? 0)) };
    });
  const scrolled = () => page.evaluate(() => Math.round(scrollY));
  const drag = hasTouch ? await fingers(page) : mouse(page);

  const [first, at, top] = [(await words.textContent()) ?? '', await onMap(), await scrolled()];
  await drag([await middle(marker)], 40, 30);
  await expect(words).not.toHaveText(first);
  const put = { x: at.x + 40, y: at.y + 30 };
  expect(await onMap()).toEqual(put);
  expect(await scrolled()).toBe(top);

  const chosen = (await words.textContent()) ?? '';
  // It is in the middle again each time.
  const { x, y } = await middle(map);
  const held = [{ x: x - 100, y: y + 60 }];
  if (hasTouch) {
    await expect(page.getByText('Deux doigts déplacent la carte.')).toBeVisible();
    await drag(held, 0, -90);
    await expect.poll(scrolled).toBeGreaterThan(top + 30);
    expect(await onMap(), 'the map stays as it was').toEqual(put);
    await centred();
    held.push({ x: x + 100, y: y + 60 });
  }
  const rest = await scrolled();
  await drag(held, 0, -50);
  // What a mouse throws goes on for a while.
  await expect.poll(async () => (await onMap()).y).toBeLessThanOrEqual(put.y - 45);
  expect(await scrolled()).toBe(rest);
  await expect(words).toHaveText(chosen);
});

test('by address, where there is a geocoder', async ({ page, baseURL }) => {
  const asked: URL[] = [];
  await page.route('**/geocoder/search?*', (route) => {
    asked.push(new URL(route.request().url()));
    const properties = { label: '1 Place du Parvis 99010 Aubignac-sur-Arre' };
    const geometry = { type: 'Point', coordinates: [5.5912, 43.6704] };
    return route.fulfill({
      json: { type: 'FeatureCollection', features: [{ type: 'Feature', geometry, properties }] },
    });
  });
  await open(page, '', `${baseURL}/geocoder`);
  await page.getByLabel('Adresse ou repère').fill('1 place du parvis');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /1 Place du Parvis 99010/ }).click();
  await expect(page.getByText('Lieu de cette adresse.')).toBeVisible();
  await expect(page.getByLabel('Adresse ou repère')).toHaveValue('1 Place du Parvis 99010 Aubignac-sur-Arre');
  expect(asked[0]?.searchParams.get('citycode')).toBe('99001');
  await accessible(page, 'a place by address');
});

test('an address: too few letters are said, a late answer replaces no newer one, and focus stays near', async ({
  page,
  baseURL,
}) => {
  let release = () => {};
  const gate = new Promise<void>((opened) => {
    release = opened;
  });
  let late = false;
  await page.route('**/geocoder/search?*', async (route) => {
    const q = new URL(route.request().url()).searchParams.get('q') ?? '';
    if (q === 'rue') await gate;
    const feature = { properties: { label: `1 ${q}` }, geometry: { type: 'Point', coordinates: [5.5912, 43.6704] } };
    await route.fulfill({ json: { features: [feature] } });
    late ||= q === 'rue';
  });
  await open(page, '', `${baseURL}/geocoder`);
  const address = page.getByLabel('Adresse ou repère');
  const look = page.getByRole('button', { name: 'Chercher' });
  await address.fill('pl');
  await look.click();
  await expect(page.getByText('Écrivez au moins 3 lettres de l’adresse.')).toBeVisible();
  await expect(address).toBeFocused();
  await address.fill('rue');
  await look.click();
  await address.fill('place');
  await look.click();
  const newer = page.getByRole('button', { name: '1 place' });
  await expect(newer).toBeVisible();
  const answered = page.waitForResponse((r) => r.url().includes('q=rue'));
  release();
  await (await answered).finished();
  await expect.poll(() => late).toBe(true);
  // Two frames later it would have been drawn.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(newer).toBeVisible();
  await expect(page.getByRole('button', { name: '1 rue' })).toHaveCount(0);
  await newer.click();
  await expect(page.getByText('Lieu de cette adresse.')).toBeVisible();
  await expect(address).toBeFocused();
  await page.getByText('Saisir des coordonnées').click();
  const coordinates = page.getByLabel('Latitude, longitude');
  await coordinates.fill('43,6');
  await page.getByRole('button', { name: 'Utiliser', exact: true }).click();
  await expect(coordinates).toBeFocused();
  await expect(coordinates).toHaveAccessibleDescription(/Écrivez deux nombres/);
});

test.describe('without an answer of the geocoder', () => {
  test.use({ expectedErrors: [/ERR_FAILED/] });
  test('another way is offered and the words are kept', async ({ page, baseURL }) => {
    await page.route('**/geocoder/search?*', (route) => route.abort());
    await open(page, '', `${baseURL}/geocoder`);
    await page.getByLabel('Adresse ou repère').fill('devant l’école');
    await page.getByRole('button', { name: 'Chercher' }).click();
    await expect(page.getByText(/La recherche d’adresses ne répond pas/)).toBeVisible();
    await fillRoad(page, 'Trottoir cassé.');
    await typePlace(page);
    const phone = await fillPhone(page);
    await sendIt(page);
    await confirmBy(page, phone);
    const link = await page.getByRole('link', { name: 'Voir le suivi' }).getAttribute('href');
    const report = await (await page.request.get(`/v1/${COMMUNE}/reports/${link?.split('/').at(-1)}`)).json();
    expect(report.place.address).toBe('devant l’école');
  });
});

test('outside of the commune is said before anything else is typed', async ({ page }) => {
  await open(page);
  await typePlace(page, { latitude: 43.2965, longitude: 5.3698 });
  await expect(page.getByRole('alert')).toContainText('hors de la commune (Aubignac-sur-Arre)');
  await accessible(page, 'a place outside');
  await shot(page, 'report-outside');
  await fillRoad(page, 'Un trou.');
  await fillPhone(page);
  const sent: string[] = [];
  page.on('request', (r) => void (r.method() === 'POST' && r.url().endsWith('/reports') && sent.push(r.url())));
  await sendIt(page);
  // What is wrong stands far above the button: whoever pressed it is led there, and hears it.
  const way = page.getByRole('button', { name: 'Utiliser ma position' });
  await expect(way).toBeFocused();
  await expect(way).toHaveAccessibleDescription(/hors de la commune/);
  await expect(page.locator('.place .error')).toBeInViewport();
  expect(sent, 'nothing is sent that the commune would refuse').toEqual([]);
  await typePlace(page);
  await expect(page.locator('.place .error')).toHaveCount(0);
  await sendIt(page);
  await expect(page.getByRole('heading', { name: 'Confirmez votre envoi' })).toBeVisible();
  expect(sent).toHaveLength(1);
});

test('a photo from elsewhere, and one that is none', async ({ page }) => {
  await open(page);
  const pick = page.getByLabel(/Choisir dans la galerie|Ajouter des photos/);
  await pick.setInputFiles({ name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture at all') });
  await expect(page.getByText(/«\snotes.jpg\s» ne peut pas être lue ici/)).toBeVisible();
  await pick.setInputFiles(await photo(page, 'vacances.jpg', { latitude: 48.85, longitude: 2.35 }));
  await expect(page.getByText(/hors de la commune \(Aubignac-sur-Arre\)/)).toBeVisible();
  await page.getByRole('button', { name: 'Retirer la photo 1' }).click();
  await expect(page.getByRole('img', { name: 'Photo 1' })).toHaveCount(0);
  await expect(page.getByText('Photo retirée.')).toBeVisible();
  await typePlace(page, somewhere());
  await accessible(page, 'photos that were refused');
});

test('a photo that the platform refuses says why, at once and when it is sent', async ({ page }) => {
  const refusal = { code: 'too_many_pixels', detail: 'elle a trop de pixels' };
  await page.route(`**/v1/${COMMUNE}/photos/*`, (route) =>
    route.fulfill({ json: { photo: '01a20291-5298-7ac7-8374-f17e4fa590df', status: 'refused', refusal } }),
  );
  await open(page);
  await page.getByLabel(/Choisir dans la galerie|Ajouter des photos/).setInputFiles(await photo(page, 'a.jpg'));
  await expect(page.getByText('Cette photo n’a pas été acceptée : elle a trop de pixels')).toBeVisible();
  await fillRoad(page, 'Avec une photo refusée.');
  await typePlace(page);
  const phone = await fillPhone(page);
  await sendIt(page);
  await expect(page.getByRole('alert')).toContainText('elle a trop de pixels');
  await accessible(page, 'a refused photo');
  await shot(page, 'report-photo-refused');
  await page.getByRole('button', { name: 'Retirer la photo 1' }).click();
  await sendIt(page);
  await confirmBy(page, phone);
});

test.describe('a commune that has not opened', () => {
  const words = 'Aubignac-sur-Arre ouvre à tous le 1er décembre 2026.';

  /** As the platform answers in a pilot; the shared commune is not put into one for a story. */
  async function pilot(page: Page, field: string, refused: (query: URLSearchParams) => boolean) {
    await page.route(`**/v1/${COMMUNE}`, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), launch: { phase: 'pilot' } } });
    });
    await page.route('**/launch/check*', (route) => {
      const no = refused(new URL(route.request().url()).searchParams);
      return route.fulfill({ json: no ? { taken: false, field, detail: words } : { taken: true } });
    });
  }

  test('says so before anything is typed', async ({ page }) => {
    await pilot(page, 'launch', () => true);
    await open(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Pas encore possible');
    await expect(page.getByText(words)).toBeVisible();
    await accessible(page, 'not yet here');
    await shot(page, 'report-not-yet');
  });

  test('or beside the place that is not in it yet', async ({ page }) => {
    await pilot(page, 'place', (query) => query.has('latitude') || !query.has('category'));
    await open(page);
    await page.getByText('Voirie et trottoirs').click();
    await expect(page.getByText(words)).toHaveCount(0);
    await typePlace(page);
    await expect(page.getByText(words)).toBeVisible();
  });
});
