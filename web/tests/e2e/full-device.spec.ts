// On a device that is full: what cannot be kept is said to be in this page only, leaves from it, and nothing else tries to send it.

import type { Page } from '@playwright/test';
import { accessible, COMMUNE, expect, shot, test } from './fixtures.ts';
import { confirmBy, fillPhone, fillRoad, open, photo, sendIt, somewhere, typePlace } from './report-people.ts';
import { background } from './worker.ts';

/** Nothing of these stores has room any more: by their names, or of all. */
async function full(page: Page, stores: string[] | null) {
  await page.addInitScript((names) => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...what) {
      if (!names || names.includes(this.name)) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, what);
    };
  }, stores);
}

async function write(page: Page, words: string) {
  await page.getByLabel(/galerie|Ajouter des photos/).setInputFiles(await photo(page, 'a.jpg'));
  await fillRoad(page, words);
  await typePlace(page, somewhere());
  return fillPhone(page);
}

const warning = (page: Page) => page.getByText(/Votre appareil n’a plus de place/);
const goneWords = (page: Page) => page.getByText(/Une photo n’est plus sur cet appareil/);

/** What the device has of the drafts that say `words`. */
const stored = (page: Page, words: string) =>
  page.evaluate(
    (text) =>
      new Promise<{ state: string; place: unknown }[]>((done, failed) => {
        const opening = indexedDB.open('parvis');
        opening.onerror = failed;
        opening.onsuccess = () => {
          const all = opening.result.transaction('drafts').objectStore('drafts').getAll();
          all.onsuccess = () => {
            opening.result.close();
            const mine = all.result.filter((draft) => draft.content.description === text);
            done(mine.map(({ state, content }) => ({ state, place: content.place })));
          };
        };
      }),
    words,
  );

/** The photos of the report that this page has just sent. */
async function sentPhotos(page: Page): Promise<unknown[]> {
  const link = page.getByRole('link', { name: /Voir le suivi|retrouver/ }).first();
  const id = /reports(?:\/|%2F)([0-9a-f-]{36})/.exec((await link.getAttribute('href')) ?? '')?.[1];
  return (await (await page.request.get(`/v1/${COMMUNE}/reports/${id}`)).json()).photos;
}

test('a full device says so, and the report leaves all the same', async ({ page }) => {
  await full(page, null);
  await open(page);
  const phone = await write(page, 'Plus de place ici.');
  await expect(warning(page)).toBeVisible();
  await expect(page.getByRole('img', { name: 'Photo 1' })).toBeVisible();
  await accessible(page, 'a full device');
  await sendIt(page);
  await confirmBy(page, phone);
});

test.describe('with room for words, and none for a photo', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource/] });
  test.describe.configure({ timeout: 90_000 });

  /** Sends a report off without a network. */
  async function leave(page: Page, words: string) {
    await full(page, ['photos']);
    await open(page);
    const behind = await background(page);
    await page.context().setOffline(true);
    await expect(page.getByText('Pas de réseau.', { exact: true })).toBeVisible();
    const phone = await write(page, words);
    await expect.poll(async () => (await stored(page, words)).filter((draft) => draft.place).length).toBe(1);
    await expect(page.getByText(/si cette page reste ouverte/)).toBeVisible();
    await expect(warning(page)).toBeVisible();
    await expect(page.getByText('Brouillon gardé sur cet appareil.')).toBeHidden();
    return { phone, behind };
  }

  test('a message whose photo is not kept is not called kept, and is opened again without it, saying so', async ({
    page,
    context,
  }) => {
    const words = `Rigole bouchée ${crypto.randomUUID().slice(0, 8)}`;
    const { phone } = await leave(page, words);
    await shot(page, 'full-device');
    // Once the photo is taken away there is room for all the rest.
    await page.getByRole('button', { name: 'Retirer la photo 1' }).click();
    await expect(page.getByText('Brouillon gardé sur cet appareil.')).toBeVisible();
    await expect(warning(page)).toBeHidden();
    await page.getByLabel(/galerie|Ajouter des photos/).setInputFiles(await photo(page, 'b.jpg'));
    await expect(warning(page)).toBeVisible();
    await sendIt(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Votre message attend');
    await expect(page.getByText(/si cette page reste ouverte/)).toBeVisible();
    await expect(page.getByText(/est gardé sur cet appareil/)).toBeHidden();
    await accessible(page, 'a report that waits in its page only');
    await shot(page, 'full-device-waits');
    await page.reload();
    await expect(page.getByRole('alert').filter({ has: goneWords(page) })).toBeVisible();
    await expect(page.getByRole('group', { name: 'Photos' }).getByText(/Une photo n’est plus/)).toBeVisible();
    await expect(page.getByLabel('Que se passe-t-il ?', { exact: true })).toHaveValue(words);
    await expect(page.getByRole('img', { name: 'Photo 1' })).toHaveCount(0);
    await accessible(page, 'a draft whose photo is gone');
    await shot(page, 'full-device-photo-gone');
    await context.setOffline(false);
    await sendIt(page);
    await confirmBy(page, phone);
    expect(await sentPhotos(page)).toEqual([]);
  });

  test('it leaves from its page with the photo, and from nowhere else', async ({ page, context }) => {
    const words = `Borne renversée ${crypto.randomUUID().slice(0, 8)}`;
    const { phone, behind } = await leave(page, words);
    await sendIt(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Votre message attend');
    expect(await page.evaluate(() => (globalThis as { registeredSyncs?: string[] }).registeredSyncs)).toBeUndefined();
    // The browser looks for what waits on another's account.
    await behind.sync('send');
    const second = await context.newPage();
    await second.goto(`/${COMMUNE}/drafts`);
    const there = second.getByRole('listitem').filter({ hasText: words });
    await expect(there.filter({ has: goneWords(second) })).toBeVisible();
    await expect(there.getByRole('button', { name: 'Envoyer maintenant' })).toHaveCount(0);
    await page.getByRole('link', { name: 'Voir ce qui attend' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: words })).toContainText('Laissez cette page ouverte');
    await context.setOffline(false);
    await expect(page.getByText(/Il reste à confirmer/)).toBeVisible({ timeout: 40_000 });
    await page.getByRole('link', { name: 'Saisir le code' }).click();
    await confirmBy(page, phone);
    expect(await sentPhotos(page)).toHaveLength(1);
    await second.close();
  });
});
