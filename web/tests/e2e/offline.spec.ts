// Without a network, with a bad one and in two tabs: what was written leaves once, and nothing is lost.

import type { BrowserContext, Page } from '@playwright/test';
import { accessible, COMMUNE, code, expect, freshPhone, messages, shot, test } from './fixtures.ts';
import { confirmBy, fillPhone, fillRoad, open, photo, sendIt, somewhere, typePlace } from './report-people.ts';

const UNREACHED = [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_CONNECTION|503|504|Failed to load resource/];

async function write(page: Page, words: string, withPhoto = false) {
  if (withPhoto) await page.getByLabel(/galerie|Ajouter des photos/).setInputFiles(await photo(page, 'a.jpg'));
  await fillRoad(page, words);
  await typePlace(page, somewhere());
  return fillPhone(page);
}

/** Counts what this browser creates, whichever page does. */
function creations(context: BrowserContext) {
  const made: { key: string | undefined; status: number }[] = [];
  context.on('response', (response) => {
    const request = response.request();
    if (request.method() !== 'POST' || !request.url().endsWith(`/v1/${COMMUNE}/reports`)) return;
    made.push({ key: request.headers()['idempotency-key'], status: response.status() });
  });
  return made;
}

test.describe('without a network', () => {
  test.use({ expectedErrors: UNREACHED });

  test('it is kept with its photo and leaves by itself, once, when the network is back', async ({ page, context }) => {
    const made = creations(context);
    await open(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Signaler un problème');
    // What is needed without a network comes with the first visit.
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await context.setOffline(true);
    await expect(page.getByText('Pas de réseau.', { exact: true })).toBeVisible();
    const phone = await write(page, 'Branche sur la route.', true);
    await sendIt(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Votre message attend');
    await accessible(page, 'a report that waits');
    await shot(page, 'offline-waits');
    await page.getByRole('link', { name: 'Voir ce qui attend' }).click();
    await expect(page.getByRole('heading', { name: 'Branche sur la route.' })).toBeVisible();
    await expect(page.getByText('Attend le réseau, partira tout seul.')).toBeVisible();
    await accessible(page, 'the list of what waits');
    await shot(page, 'drafts-offline');
    expect(made).toEqual([]);
    await context.setOffline(false);
    await expect(page.getByText(/Il reste à confirmer/)).toBeVisible({ timeout: 40_000 });
    await page.getByRole('link', { name: 'Saisir le code' }).click();
    await confirmBy(page, phone);
    expect(made).toHaveLength(1);
    expect(await messages(page.request, phone)).toHaveLength(1);
  });

  test('the app opens again, with what was written', async ({ page, context }) => {
    await open(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.goto(`/${COMMUNE}/`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Aubignac/);
    await open(page);
    await fillRoad(page, 'Écrit avant la coupure.');
    await expect(page.getByText('Brouillon gardé sur cet appareil.')).toBeVisible();
    await page.goto(`/${COMMUNE}/drafts`);
    await expect(page.getByRole('heading', { name: 'Écrit avant la coupure.' })).toBeVisible();
    await context.setOffline(true);
    await page.goto(`/${COMMUNE}/report`);
    const resume = page.getByText('Reprendre votre brouillon ?');
    await expect(resume).toBeVisible();
    await accessible(page, 'a draft to resume');
    await shot(page, 'offline-resume');
    await page.getByRole('link', { name: 'Reprendre' }).click();
    await expect(page.getByLabel('Que se passe-t-il ?', { exact: true })).toHaveValue('Écrit avant la coupure.');
    await expect(page.getByRole('radio', { name: 'Voirie et trottoirs' })).toBeChecked();
  });

  test('an answer that got lost on its way makes no second report', async ({ page, context }) => {
    const made = creations(context);
    await open(page);
    const phone = await write(page, 'Une fuite, répondue dans le vide.');
    let lost = 0;
    await page.route(`**/v1/${COMMUNE}/reports`, async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return route.fallback();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    await sendIt(page);
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await confirmBy(page, phone);
    expect(lost).toBe(1);
    expect(made.filter((m) => m.status === 201)).toHaveLength(1);
    expect(await messages(page.request, phone)).toHaveLength(1);
  });

  test('an upload that breaks off is begun again', async ({ page }) => {
    let broken = 0;
    await page.route('**/incoming/**', (route) => {
      if (route.request().method() !== 'PUT' || broken >= 2) return route.fallback();
      broken += 1;
      return route.abort();
    });
    await open(page);
    const phone = await write(page, 'Photo en deux fois.', true);
    await sendIt(page);
    const again = page.getByRole('button', { name: 'Envoyer maintenant' });
    const asked = page.getByRole('heading', { name: 'Confirmez votre envoi' });
    await expect(again.or(asked)).toBeVisible();
    if (await again.isVisible()) {
      await expect(page.getByText(/L’envoi n’a pas abouti/)).toBeVisible();
      await shot(page, 'upload-failed');
      await again.click();
    }
    await confirmBy(page, phone);
    expect(broken).toBe(2);
  });
});

test('a slow network shows how far the photo is', async ({ page, context }) => {
  await open(page);
  const phone = await write(page, 'Au bout du vallon.');
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  const slow = { offline: false, latency: 300, downloadThroughput: 50_000, uploadThroughput: 25_000 };
  // Hardly anything leaves while the screen is looked at.
  await wire.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: 500 });
  await page.getByLabel(/galerie|Ajouter des photos/).setInputFiles(await photo(page, 'lent.jpg', undefined, 2000));
  await expect(page.getByRole('img', { name: 'Photo 1' })).toBeVisible();
  await sendIt(page);
  await expect(page.getByText(/Envoi de la photo/)).toBeVisible();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await accessible(page, 'a report on its way');
  await expect(page.getByRole('progressbar')).toBeVisible();
  await wire.send('Network.emulateNetworkConditions', slow);
  await confirmBy(page, phone);
});

test.describe('with a first attempt that fails', () => {
  test.use({ expectedErrors: [/ERR_FAILED|403/] });

  test('two tabs send once', async ({ page, context }) => {
    const made = creations(context);
    await open(page);
    const phone = await write(page, 'Depuis deux onglets.');
    // Whichever of them tries by itself meanwhile does not get through either.
    let closed = true;
    let release = () => {};
    const gate = new Promise<void>((open) => {
      release = open;
    });
    await context.route(`**/v1/${COMMUNE}/reports`, async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      if (closed) return route.abort();
      await gate;
      return route.fallback();
    });
    await sendIt(page);
    const again = page.getByRole('button', { name: 'Envoyer maintenant' });
    await expect(again).toBeVisible();
    const second = await context.newPage();
    await second.route('**/web.json', (route) => route.fulfill({ json: { tiles: null, geocoder: null } }));
    await second.goto(`/${COMMUNE}/drafts`);
    const there = second.getByRole('button', { name: 'Envoyer maintenant' });
    await expect(there).toBeVisible();
    // The first tab's request is under way while the second one wants to send, too.
    closed = false;
    await again.click();
    await expect(page.getByText('Envoi à la commune…')).toBeVisible();
    await there.click();
    release();
    await expect(page.getByRole('heading', { name: 'Confirmez votre envoi' })).toBeVisible();
    await expect(second.getByText(/Il reste à confirmer/)).toBeVisible();
    expect(made.filter((m) => m.status === 201)).toHaveLength(1);
    expect(new Set(made.map((m) => m.key)).size).toBe(1);
    await confirmBy(page, phone);
    await expect(second.getByText('Bien arrivé à la commune.')).toBeVisible();
    await second.close();
  });

  test('guests prove some work when many write', async ({ page }) => {
    await open(page);
    const phone = await write(page, 'Pendant l’affluence.');
    const task = await (await page.request.get(`/v1/${COMMUNE}/proof-of-work`)).json();
    const proofs: string[] = [];
    await page.route(`**/v1/${COMMUNE}/reports`, async (route) => {
      const proof = route.request().headers()['proof-of-work'];
      if (route.request().method() !== 'POST') return route.fallback();
      if (proof) {
        proofs.push(Buffer.from(proof, 'base64').toString());
        return route.fallback();
      }
      const problem = { type: 'urn:parvis:problem:proof_required', title: '', status: 403, detail: 'a proof' };
      return route.fulfill({ status: 403, contentType: 'application/problem+json', json: problem });
    });
    await sendIt(page);
    await confirmBy(page, phone);
    const [given] = proofs.map((p) => JSON.parse(p));
    expect(given.algorithm).toBe(task.algorithm);
    expect(given.number).toBeGreaterThanOrEqual(0);
    expect(await code(page.request, phone)).toMatch(/^\d{6}$/);
    expect(freshPhone()).not.toBe(phone);
  });
});

test('a new version is used when its user says so', async ({ page, context }) => {
  let version = 1;
  await context.route('**/sw.js', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${await answer.text()}\n// ${version}` });
  });
  await open(page);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.getByLabel('Que se passe-t-il ?', { exact: true }).fill('Écrit avec l’ancienne version.');
  await expect(page.getByText('Brouillon gardé sur cet appareil.')).toBeVisible();
  version = 2;
  await page.reload();
  await expect(page.getByText('Une nouvelle version est prête.')).toBeVisible();
  await accessible(page, 'a new version');
  await shot(page, 'new-version');
  const loaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Recharger' }).click();
  await loaded;
  await expect(page.getByText('Reprendre votre brouillon ?')).toBeVisible();
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting)).toBeNull();
});
