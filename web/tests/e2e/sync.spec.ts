// Background Sync: what was sent off without a network reaches the commune although its page is closed, and once although
// another page is open.

import type { Page } from '@playwright/test';
import { COMMUNE, code, expect, freshEmail, messages, test } from './fixtures.ts';
import { confirmBy, fillPhone, fillRoad, open, photo, sendIt, somewhere, typePlace } from './report-people.ts';
import { background } from './worker.ts';

test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource/] });
test.describe.configure({ timeout: 90_000 });

const registered = (page: Page) =>
  page.evaluate(() => (globalThis as { registeredSyncs?: string[] }).registeredSyncs ?? []);

/** Writes about a road without a network; it waits. */
async function leave(page: Page, words: string, guest: boolean) {
  await page.context().setOffline(true);
  await expect(page.getByText('Pas de réseau.', { exact: true })).toBeVisible();
  await page.getByLabel(/galerie|Ajouter des photos/).setInputFiles(await photo(page, 'a.jpg'));
  await fillRoad(page, words);
  await typePlace(page, somewhere());
  const phone = guest ? await fillPhone(page) : '';
  await sendIt(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Votre message attend');
  await expect.poll(() => registered(page), 'the browser is asked to send it').toContain('send');
  return phone;
}

test('a guest’s report leaves with its photo although its page is closed', async ({ page, context }) => {
  await open(page);
  const behind = await background(page);
  const words = `Arbre couché ${crypto.randomUUID().slice(0, 8)}`;
  const phone = await leave(page, words, true);
  // Too early: it goes on waiting.
  await behind.sync('send');
  await page.goto('about:blank');
  expect(await messages(page.request, phone)).toEqual([]);
  await context.setOffline(false);
  await behind.sync('send');
  await expect.poll(async () => (await messages(page.request, phone)).length, { timeout: 30_000 }).toBe(1);
  await page.goto(`/${COMMUNE}/drafts`);
  await expect(page.getByText(/Il reste à confirmer/)).toBeVisible();
  await page.getByRole('link', { name: 'Saisir le code' }).click();
  await confirmBy(page, phone);
  const link = await page
    .getByRole('link', { name: /Voir le suivi|retrouver/ })
    .first()
    .getAttribute('href');
  const id = /reports(?:\/|%2F)([0-9a-f-]{36})/.exec(link ?? '')?.[1];
  const report = await (await page.request.get(`/v1/${COMMUNE}/reports/${id}`)).json();
  expect(report.description).toBe(words);
  expect(report.photos).toHaveLength(1);
});

test('a resident’s report leaves in their name', async ({ page, context }) => {
  const email = freshEmail();
  const opened = page.waitForResponse((r) => r.url().endsWith(`/v1/${COMMUNE}/sessions`) && r.ok());
  await open(page);
  const behind = await background(page);
  await page.goto(`/${COMMUNE}/sign-in?next=${encodeURIComponent(`/${COMMUNE}/report`)}`);
  await page.getByLabel('Votre numéro de mobile ou votre adresse e-mail').fill(email);
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await page.getByLabel('Code à six chiffres').fill(await code(page.request, email));
  await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
  const { access_token: token } = await (await opened).json();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Signaler un problème');
  const words = `Banc cassé ${crypto.randomUUID().slice(0, 8)}`;
  await leave(page, words, false);
  await page.goto('about:blank');
  await context.setOffline(false);
  await behind.sync('send');
  const mine = async () => {
    const headers = { authorization: `Bearer ${token}` };
    const list = await (await page.request.get(`/v1/${COMMUNE}/reports?mine=true`, { headers })).json();
    return list.reports.map((r: { excerpt: string }) => r.excerpt);
  };
  await expect.poll(mine, { timeout: 30_000 }).toEqual([words]);
  await behind.sync('send');
  await page.goto(`/${COMMUNE}/drafts`);
  await expect(page.getByText('Bien arrivé à la commune.')).toBeVisible();
  expect(await mine()).toEqual([words]);
});

test('what an open page is sending is not sent beside it', async ({ page, context }) => {
  await open(page);
  const behind = await background(page);
  await behind.worker.evaluate(() => {
    const here = globalThis as unknown as { fetch: typeof fetch; posted: number };
    const real = here.fetch;
    here.posted = 0;
    here.fetch = (...what) => {
      if (new Request(...what).method === 'POST') here.posted += 1;
      return real(...what);
    };
  });
  const phone = await leave(page, 'Depuis la page et derrière elle.', true);
  let release = () => {};
  const gate = new Promise<void>((opened) => {
    release = opened;
  });
  const sending = page.waitForRequest((r) => r.method() === 'POST' && r.url().endsWith(`/v1/${COMMUNE}/reports`));
  await page.route(`**/v1/${COMMUNE}/reports`, async (route) => {
    await gate;
    await route.fallback();
  });
  await context.setOffline(false);
  await sending;
  await behind.sync('send');
  // It waits for the lock that the page has.
  await expect
    .poll(() => page.evaluate(async () => (await navigator.locks.query()).pending?.map((l) => l.name)))
    .toContainEqual(expect.stringContaining('parvis-send-'));
  release();
  await confirmBy(page, phone);
  expect(await behind.worker.evaluate(() => (globalThis as unknown as { posted: number }).posted)).toBe(0);
  expect(await messages(page.request, phone)).toHaveLength(1);
});
