// Speaking up: under a minute on a phone, each way to say where, and what is said when something is missing or wrong.

import type { Page } from '@playwright/test';
import type { Schemas } from '../../src/api/client.ts';
import { accessible, COMMUNE, expect, shot, test } from './fixtures.ts';
import { confirmBy, fillPhone, fillRoad, open, photo, sendIt, somewhere, typePlace } from './report-people.ts';

test('a photo that knows its place becomes a report in under a minute', async ({ page }) => {
  const begun = Date.now();
  const at = somewhere();
  await open(page);
  await accessible(page, 'the empty form');
  await shot(page, 'report-empty');
  await page.getByLabel(/Choisir dans la galerie|Ajouter des photos/).setInputFiles(await photo(page, 'trou.jpg', at));
  await expect(page.getByText('Lieu trouvé dans votre photo.')).toBeVisible();
  await expect(page.getByRole('img', { name: 'Photo 1' })).toBeVisible();
  await fillRoad(page, 'Un trou profond devant la boulangerie.');
  const phone = await fillPhone(page);
  await expect(page.getByRole('application')).toBeVisible();
  await accessible(page, 'the filled form');
  await shot(page, 'report-filled');
  await sendIt(page);
  await expect(page.getByRole('heading', { name: 'Confirmez votre envoi' })).toBeVisible({ timeout: 30_000 });
  await accessible(page, 'the code');
  await shot(page, 'report-code');
  await confirmBy(page, phone);
  expect(Date.now() - begun).toBeLessThan(60_000);
  await accessible(page, 'the thanks');
  await shot(page, 'report-done');
  await expect(page.getByText(/Traitement prévu d’ici au/)).toBeVisible();
  const link = await page.getByRole('link', { name: 'Voir le suivi' }).getAttribute('href');
  const report = await (await page.request.get(`/v1/${COMMUNE}/reports/${link?.split('/').at(-1)}`)).json();
  expect(report.photos).toHaveLength(1);
  expect(report.place.latitude).toBeCloseTo(at.latitude, 4);
  expect(report.place.longitude).toBeCloseTo(at.longitude, 4);
});

/** Keeps what this page uploads, so that a story can look at it: how large each picture is, and whether EXIF is in it. */
async function watchUploads(page: Page) {
  await page.addInitScript(() => {
    const left: Blob[] = [];
    const real = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) {
      if (body instanceof Blob) left.push(body);
      real.call(this, body);
    };
    Object.assign(globalThis, { left });
  });
  return () =>
    page.evaluate(() => {
      const { left } = globalThis as unknown as { left: Blob[] };
      return Promise.all(
        left.map(async (blob) => {
          const { width, height } = await createImageBitmap(blob);
          const exif = new TextDecoder('latin1').decode(await blob.arrayBuffer()).includes('Exif');
          return { type: blob.type, width, height, exif };
        }),
      );
    });
}

test('photos picked while others are made are no more than six either, and one removed can be replaced', async ({
  page,
}) => {
  await open(page);
  const taken = [];
  for (const n of Array(8).keys()) taken.push(await photo(page, `${n}.jpg`, undefined, 3000));
  const gallery = page.getByLabel(/galerie|Ajouter des photos/);
  await gallery.setInputFiles(taken.slice(0, 4));
  await gallery.setInputFiles(taken.slice(4));
  await expect(page.getByRole('alert')).toContainText('6 photos au plus : les suivantes n’ont pas été ajoutées.');
  await expect(page.getByText('Vous avez mis 6 photos, le maximum.')).toBeVisible();
  await expect(page.getByRole('img', { name: /^Photo \d$/ })).toHaveCount(6);
  await page.getByRole('button', { name: 'Retirer la photo 6' }).click();
  await expect(gallery).toBeFocused();
  await gallery.setInputFiles(taken.slice(7));
  await expect(page.getByRole('img', { name: 'Photo 6' })).toBeVisible();
});

test('six photos of seven leave in order, smaller and without what the camera wrote into them', async ({ page }) => {
  test.slow();
  const uploads = await watchUploads(page);
  await open(page);
  const at = somewhere();
  const skies = ['#f00', '#0f0', '#00f', '#ff0', '#f0f', '#0ff', '#fff'];
  const taken = [];
  for (const [n, sky] of skies.entries()) taken.push(await photo(page, `${n}.jpg`, at, 4000, sky));
  expect(taken[0]?.buffer.includes('Exif')).toBe(true);
  const camera = page.getByLabel('Prendre une photo');
  const gallery = page.getByLabel(/galerie|Ajouter des photos/);
  // Where there is a camera, the first comes from it, one at a time.
  if ((await camera.count()) > 0) {
    await expect(camera).toHaveAttribute('capture', 'environment');
    await expect(camera).not.toHaveAttribute('multiple');
    await camera.setInputFiles(taken.slice(0, 1));
  } else await gallery.setInputFiles(taken.slice(0, 1));
  await expect(page.getByRole('img', { name: 'Photo 1' })).toBeVisible();
  await gallery.setInputFiles(taken.slice(1));
  await expect(page.getByRole('img', { name: /^Photo \d$/ })).toHaveCount(6);
  await expect(page.getByText('Vous avez mis 6 photos, le maximum.')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('6 photos au plus : les suivantes n’ont pas été ajoutées.');
  await expect(gallery).toHaveCount(0);
  await expect(camera).toHaveCount(0);
  await accessible(page, 'as many photos as may be');
  await shot(page, 'report-six-photos');
  await fillRoad(page, 'Un trou, vu de tous les côtés.');
  const phone = await fillPhone(page);
  await sendIt(page);
  await expect(page.getByRole('heading', { name: 'Confirmez votre envoi' })).toBeVisible({ timeout: 60_000 });
  const small = { type: 'image/jpeg', width: 2048, height: 1536, exif: false };
  expect(await uploads()).toEqual(Array(6).fill(small));
  await confirmBy(page, phone);

  const link = await page.getByRole('link', { name: 'Voir le suivi' }).getAttribute('href');
  const report: Schemas['ReportView'] = await (
    await page.request.get(`/v1/${COMMUNE}/reports/${link?.split('/').at(-1)}`)
  ).json();
  const seen = await page.evaluate(
    (urls) => {
      const corner = async (url: string) => {
        const bitmap = await createImageBitmap(await (await fetch(url)).blob());
        const paint = new OffscreenCanvas(1, 1).getContext('2d');
        paint?.drawImage(bitmap, 0, 0);
        const [red = 0, green = 0, blue = 0] = paint?.getImageData(0, 0, 1, 1).data ?? [];
        return `#${[red, green, blue].map((part) => (part > 127 ? 'f' : '0')).join('')}`;
      };
      return Promise.all(urls.map(corner));
    },
    report.photos.map((one) => one.large),
  );
  expect(seen).toEqual(skies.slice(0, 6));
});

test('a photo for which the device has no room is made smaller still', async ({ page }) => {
  const uploads = await watchUploads(page);
  await page.addInitScript(() => {
    const real = IDBObjectStore.prototype.put;
    let refused = false;
    IDBObjectStore.prototype.put = function (value, key) {
      if (this.name === 'photos' && !refused) {
        refused = true;
        throw new DOMException('full', 'QuotaExceededError');
      }
      return real.call(this, value, key);
    };
  });
  await open(page);
  await page.getByLabel(/galerie|Ajouter des photos/).setInputFiles(await photo(page, 'a.jpg', somewhere(), 4000));
  await expect(page.getByRole('img', { name: 'Photo 1' })).toBeVisible();
  await expect.poll(uploads).toEqual([{ type: 'image/jpeg', width: 1024, height: 768, exif: false }]);
  await expect(page.getByText('Brouillon gardé sur cet appareil.')).toBeVisible();
});

/** Photos are not made smaller, or found to be `none`, before the story says so. */
async function slowPictures(page: Page, none = false) {
  await page.addInitScript((none) => {
    const real = createImageBitmap;
    const gate = new Promise<void>((open) => Object.assign(globalThis, { makePictures: open }));
    const slow = async (...what: Parameters<typeof real>) => {
      await gate;
      if (none) throw new Error('no picture');
      return real(...what);
    };
    Object.assign(globalThis, { createImageBitmap: slow });
  }, none);
  return () => page.evaluate(() => (globalThis as unknown as { makePictures: () => void }).makePictures());
}

const busy = (page: Page) => expect(page.locator('form button[type=submit]')).toHaveAttribute('aria-busy', 'true');

test('who presses Send while a photo is still made smaller sends it too', async ({ page }) => {
  const make = await slowPictures(page);
  await open(page);
  await fillRoad(page, 'Envoyé sans attendre la photo.');
  await typePlace(page, somewhere());
  const phone = await fillPhone(page);
  const posted = page.waitForRequest((r) => r.method() === 'POST' && r.url().endsWith(`/v1/${COMMUNE}/reports`));
  await page.getByLabel(/galerie|Ajouter des photos/).setInputFiles(await photo(page, 'lente.jpg'));
  await sendIt(page);
  await busy(page);
  await make();
  expect((await posted).postDataJSON().photos).toHaveLength(1);
  await confirmBy(page, phone);
});

test('who presses Send while a photo turns out to be none hears of it first', async ({ page }) => {
  const make = await slowPictures(page, true);
  await open(page);
  await fillRoad(page, 'Sans photo, finalement.');
  await typePlace(page, somewhere());
  const phone = await fillPhone(page);
  const picker = page.getByLabel(/galerie|Ajouter des photos/);
  await picker.setInputFiles(await photo(page, 'lente.jpg'));
  await sendIt(page);
  await busy(page);
  await make();
  const said = page.getByRole('alert').filter({ hasText: 'ne peut pas être lue ici' });
  await expect(said).toBeInViewport();
  await expect(picker).toBeFocused();
  await sendIt(page);
  await confirmBy(page, phone);
});

test('all that is missing is said at once, beside its field', async ({ page }) => {
  await open(page);
  await sendIt(page);
  await expect(page.getByRole('alert')).toContainText('4 champs sont à corriger');
  await expect(page.getByText('Choisissez de quoi il s’agit.').first()).toBeVisible();
  await accessible(page, 'the form with errors');
  await shot(page, 'report-errors');
  await page.getByText('Déchets et dépôts sauvages').click();
  await typePlace(page);
  await page.getByLabel('Que se passe-t-il ?', { exact: true }).fill('Des gravats.');
  await fillPhone(page, '0612');
  await sendIt(page);
  await expect(page.getByRole('alert')).toContainText('3 champs');
  await expect(page.getByText(/cette catégorie en demande une/).first()).toBeVisible();
  await expect(page.getByText('Répondez à cette question.').first()).toBeVisible();
  await expect(page.getByText(/Écrivez un numéro de mobile/).first()).toBeVisible();
});

test.describe('in the dark, on the narrowest screen, with large letters', () => {
  test.use({ colorScheme: 'dark', viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' });
  test('everything stays within the width and legible', async ({ page }) => {
    await open(page);
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '150%'));
    await page.getByLabel(/Choisir dans la galerie|Ajouter des photos/).setInputFiles(await photo(page, 'a.jpg'));
    await fillRoad(page, `${'Un texte qui n’en finit pas, '.repeat(20)}${'anticonstitutionnellement'.repeat(4)}`);
    await typePlace(page);
    await expect(page.getByRole('button', { name: /Repère du lieu/ })).toBeVisible();
    await accessible(page, 'the dark form');
    await shot(page, 'report-dark');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await expect(page.getByText('Brouillon gardé sur cet appareil.')).toBeVisible();
    await page.goto(`/${COMMUNE}/drafts`);
    await expect(page.getByRole('link', { name: 'Reprendre' })).toBeVisible();
    await accessible(page, 'the dark list of drafts');
    await shot(page, 'drafts-dark');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.getByRole('button', { name: /Effacer/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await accessible(page, 'erasing a draft');
    await page.getByRole('dialog').getByRole('button', { name: 'Effacer' }).click();
    await expect(page.getByText('Rien n’attend ici.')).toBeVisible();
    await accessible(page, 'nothing waits');
  });
});
