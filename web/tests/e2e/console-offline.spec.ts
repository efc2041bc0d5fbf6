// The console outdoors: who opened it once opens it without a network, sees what was known, and works on. Who signs out leaves
// nothing; who only is a resident has nothing of it.

import type { BrowserContext, Page } from '@playwright/test';
import { CONSOLE, enter, look, PHOTO, signOut, spot } from './console-people.ts';
import { accessible, COMMUNE, messages } from './fixtures.ts';
import { noTiles } from './screens.ts';
import { expect, report, test } from './staff.ts';
import { traces } from './traces.ts';

// Fresh staff are some twenty calls, and each screen is looked at by axe.
test.describe.configure({ timeout: 150_000 });

/** The names of the console's files that this browser keeps. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('console-'));
    const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return all.flat().map(({ url }) => new URL(url).pathname);
  });

/** Everything that needs the network fails from now on, in the worker too. */
async function cut(context: BrowserContext) {
  await context.setOffline(true);
  const [worker] = context.serviceWorkers();
  const reached = worker?.evaluate(() =>
    fetch('/web.json').then(
      () => true,
      () => false,
    ),
  );
  expect(await reached, 'the service worker has no network either').toBe(false);
}

test.beforeEach(async ({ page }) => noTiles(page));

test.describe('without a network', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|Failed to load resource|409/] });

  test('the console opens, shows what was known, solves in two taps, sends once; nothing is left afterwards', async ({
    page,
    context,
    staff,
    request,
  }) => {
    const agent = await staff('agent', ['techniques']);
    const place = spot();
    const sent = await report(request, { place });
    const unseen = await report(request);
    const before = (await messages(request, sent.email)).length;
    await context.grantPermissions(['geolocation']);
    await context.setGeolocation(place);
    await enter(page, agent);
    await page.goto(`${CONSOLE}/?sort=new`);
    await page.getByRole('link', { name: sent.words }).click();
    await expect(page.locator('.said')).toHaveText(sent.words);
    await page.goto(`${CONSOLE}/near`);
    await expect(page.locator('.near-card').first()).toBeVisible();
    await expect.poll(() => kept(page)).toContain('/console.html');
    expect((await kept(page)).join()).not.toMatch(/categories|adoption|audit|operator/);

    await cut(context);
    await page.goto(`${CONSOLE}/?sort=new`);
    await expect(page.getByText(/Pas de réseau. Voici ce qui était connu/)).toBeVisible();
    await expect(page.getByRole('link', { name: sent.words })).toBeVisible();
    await accessible(page, 'inbox opened without a network');
    await look(page, 'console-opened-offline');
    await page.reload();
    await page.getByRole('link', { name: sent.words }).click();
    await expect(page.locator('.said')).toHaveText(sent.words);
    await expect(page.getByText(/Voici ce qui était connu/)).toBeVisible();
    await accessible(page, 'report opened without a network');
    await look(page, 'console-report-offline');
    await page.goto(`${CONSOLE}/reports/${unseen.id}`);
    await expect(page.getByText('Ce signalement n’a pas été ouvert sur cet appareil.')).toBeVisible();
    await accessible(page, 'a report that is not known');

    await page.goto(`${CONSOLE}/near`);
    await page.getByRole('button', { name: 'Me situer' }).click();
    const card = page.locator('.near-card', { hasText: sent.words });
    await card.getByLabel('Photo du travail fini').setInputFiles(PHOTO);
    await card.getByRole('button', { name: 'Résolu' }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.getByText('Attend le réseau ; partira tout seul.')).toBeVisible();
    await page.reload();
    await expect(page.getByText('Attend le réseau ; partira tout seul.')).toBeVisible();
    await accessible(page, 'near, opened without a network');
    await page.emulateMedia({ colorScheme: 'dark' });
    await accessible(page, 'near, opened without a network, in the dark');
    await look(page, 'console-near-offline-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await messages(request, sent.email)).toHaveLength(before);

    await context.setOffline(false);
    await expect(page.getByText('C’est envoyé.')).toBeVisible({ timeout: 60_000 });
    await expect(card).toHaveCount(0);
    const seen = await (await request.get(`/v1/${COMMUNE}/reports/${sent.id}`)).json();
    expect([seen.status, seen.after_photos.length, seen.version]).toEqual(['resolved', 1, 2]);
    await expect.poll(async () => (await messages(request, sent.email)).length).toBe(before + 1);

    const secrets = [agent.account, agent.name, agent.email, sent.words, sent.id];
    expect(await traces(page, secrets)).not.toEqual([]);
    await signOut(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');
    await expect.poll(() => traces(page, secrets)).toEqual([]);
    await cut(context);
    await page.goto(`${CONSOLE}/`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Pas de réseau');
    await expect(page.getByText('Le code reçu par courriel et celui de votre application')).toBeVisible();
    await accessible(page, 'nobody is let in without a network');
    await look(page, 'console-door-offline');
    await context.setOffline(false);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');
  });

  test('after twelve hours the device keeps what it knows to itself', async ({ page, context, staff, request }) => {
    const agent = await staff('agent', ['techniques']);
    const sent = await report(request);
    await enter(page, agent);
    await page.goto(`${CONSOLE}/reports/${sent.id}`);
    await expect(page.locator('.said')).toHaveText(sent.words);
    await expect.poll(() => kept(page)).toContain('/console.html');
    await cut(context);
    await page.clock.install();
    await page.clock.fastForward('13:00:00');
    await page.clock.resume();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Pas de réseau');
    await expect(page.getByText('Votre dernière confirmation date de plus de douze heures')).toBeVisible();
    await expect(page.getByText(sent.words)).toHaveCount(0);
    await accessible(page, 'twelve hours later');
    await look(page, 'console-door-later');
    await context.setOffline(false);
    await expect(page.locator('.said')).toHaveText(sent.words);
  });

  test('outdoors without having looked there before: what the inbox knew', async ({
    page,
    context,
    staff,
    request,
  }) => {
    const agent = await staff('agent', ['techniques']);
    await report(request);
    await enter(page, agent);
    await expect(page.locator('.row').first()).toBeVisible();
    await expect.poll(async () => (await kept(page)).join()).toContain('/assets/near-');
    await cut(context);
    await page.goto(`${CONSOLE}/near`);
    await expect(page.locator('.near-card').first()).toBeVisible();
    await expect(page.getByText(/Voici ce qui était connu/)).toBeVisible();
    await accessible(page, 'near, from the inbox');
    await look(page, 'console-near-offline');
    await context.setOffline(false);
    await expect(page.getByText(/Voici ce qui était connu/)).toHaveCount(0);
    await expect(page.locator('.near-card').first()).toBeVisible();
  });

  test('signing out with something unsent asks first', async ({ page, context, staff, request }) => {
    const agent = await staff('agent', ['techniques']);
    const sent = await report(request);
    const words = `Passage prévu ${crypto.randomUUID().slice(0, 8)}`;
    await enter(page, agent);
    await page.goto(`${CONSOLE}/reports/${sent.id}?do=note`);
    await expect.poll(() => kept(page)).toContain('/console.html');
    await page.getByLabel('Note pour vos collègues').fill(words);
    await cut(context);
    await page.getByRole('button', { name: 'Enregistrer la note' }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.getByText('Attend le réseau ; partira tout seul.')).toBeVisible();
    await signOut(page);
    const question = page.getByRole('dialog', { name: 'Des envois ne sont pas partis' });
    await expect(question.getByText('Un envoi attend encore sur cet appareil.')).toBeVisible();
    await accessible(page, 'signing out with something unsent');
    await look(page, 'console-leave');
    await question.getByRole('button', { name: 'Annuler' }).click();
    await expect(page.getByText('Attend le réseau ; partira tout seul.')).toBeVisible();
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await question.getByRole('button', { name: 'Me déconnecter quand même' }).click();
    await expect(page.getByText('Vous êtes déconnecté de cet appareil.')).toBeVisible();
    await expect.poll(() => traces(page, [agent.account, words, sent.words])).toEqual([]);
  });

  test('two people on one device: the second finds nothing of the first, nor of another commune', async ({
    page,
    staff,
    request,
  }, info) => {
    test.skip(info.project.name !== 'phone', 'no matter of size');
    const [first, second] = [await staff('agent', ['techniques']), await staff('agent', ['accueil'])];
    const sent = await report(request);
    await enter(page, first);
    await page.goto(`${CONSOLE}/reports/${sent.id}`);
    await expect(page.locator('.said')).toHaveText(sent.words);
    await expect.poll(() => traces(page, [first.account, sent.words])).not.toEqual([]);
    // In another commune somebody was here, too.
    await page.evaluate(async () => {
      const base = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('parvis');
        opening.onsuccess = () => resolve(opening.result);
      });
      const store = base.transaction('known', 'readwrite').objectStore('known');
      const value = { key: 'ailleurs|staff/x/inbox', commune: 'ailleurs', value: 'vu ailleurs', at: Date.now() };
      await new Promise((resolve) => {
        store.put(value).onsuccess = resolve;
      });
      base.close();
    });
    // Their session ends without a word, as when it is closed from elsewhere.
    await page.context().clearCookies();
    await page.evaluate((commune) => localStorage.removeItem(`parvis.session.${commune}`), COMMUNE);
    await enter(page, second);
    await expect.poll(() => traces(page, [first.account, sent.words, 'vu ailleurs'])).toEqual([]);
    expect(await traces(page, [second.account])).not.toEqual([]);
  });

  test('a screen that is not kept says so', async ({ page, context, staff }, info) => {
    test.skip(info.project.name !== 'desk', 'no matter of size');
    const administrator = await staff('administrator');
    await enter(page, administrator);
    await expect.poll(() => kept(page)).toContain('/console.html');
    await cut(context);
    await page.goto(`${CONSOLE}/settings`);
    await expect(page.getByText('Impossible de joindre le service').first()).toBeVisible();
    await accessible(page, 'a screen that needs the network');
  });
});

test('who is a resident loads nothing of the console', async ({ page, context }, info) => {
  test.skip(info.project.name !== 'phone', 'no matter of size');
  const asked: string[] = [];
  context.on('request', (one) => asked.push(new URL(one.url()).pathname));
  await page.goto(`/${COMMUNE}/`);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  expect(await kept(page)).toEqual([]);
  const files = await page.evaluate(async () => {
    const answers = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return answers.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(files.length).toBeGreaterThan(10);
  expect([...files, ...asked].filter((path) => /console|inbox|operator/.test(path))).toEqual([]);
});
