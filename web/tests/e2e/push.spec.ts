// Notifications on a device: asked for where they are explained, told there, ended by signing out; and the list of what one
// was told. The maker of the browser is the platform's own push service (`/_local/browsers`), which really decrypts.

import type { Page } from '@playwright/test';
import { ASKED, accessible, COMMUNE, expect, messages, shot } from './fixtures.ts';
import { asResident, change, resident, send, withoutTiles } from './read-people.ts';
import { confirmBy, fillPhone, fillRoad, open, sendIt, typePlace } from './report-people.ts';
import { test } from './staff.ts';

test.describe.configure({ timeout: 90_000 });
test.use({ expectedErrors: [ASKED] });
test.beforeEach(({ page }) => withoutTiles(page));

test('a device is told once it was turned on, and the list says so', async ({ page, request, staff }) => {
  const who = await resident(request);
  const { id, words } = await send(request, who);
  const browser = await (await request.get(`/_local/browsers/story-${crypto.randomUUID().slice(0, 8)}`)).json();
  await withPushService(page, browser);
  const asked = asking(page);
  await asResident(page, who);
  await page.goto(`/${COMMUNE}/me#notices`);
  await expect(page.getByText(/chaque étape de vos signalements s’affichera ici/)).toBeVisible();
  await expect(page.getByText(/Une notification sur cet appareil à chaque étape/)).toBeVisible();
  expect(asked(), 'before the button that explains it').toBe(0);
  await page.getByRole('button', { name: 'Activer sur cet appareil' }).click();
  await expect(page.getByText('Cet appareil reçoit vos notifications.')).toBeVisible();
  expect(asked()).toBeGreaterThan(0);
  await expect(page.getByRole('checkbox', { name: /Notification/ })).toBeChecked();
  await accessible(page, 'notifications are on');
  const agent = await staff('agent', ['techniques']);
  await change(request, agent, id, { to: 'under_review', note: 'Nous passons demain.' });
  await expect.poll(async () => (await messages(request, browser.endpoint)).length, { timeout: 30_000 }).toBe(1);
  await expect(async () => {
    await page.reload();
    const told = page.locator('#notices').getByRole('listitem').filter({ hasText: words });
    await expect(told.filter({ hasText: 'Notification' })).toContainText('Nous passons demain.', { timeout: 5_000 });
  }).toPass({ timeout: 40_000 });
  await accessible(page, 'what one was told');
  await shot(page, 'me-notices');
});

test('who has just sent a report is offered to be told here, once', async ({ page, request, staff }) => {
  const browser = await (await request.get(`/_local/browsers/story-${crypto.randomUUID().slice(0, 8)}`)).json();
  await withPushService(page, browser);
  const asked = asking(page);
  await open(page);
  await fillRoad(page, 'Un trou devant le lavoir.');
  await typePlace(page);
  const phone = await fillPhone(page);
  await sendIt(page);
  await confirmBy(page, phone);
  const offer = page.getByRole('region', { name: 'Être prévenu sur cet appareil' });
  await expect(offer).toContainText('à chaque étape de vos signalements');
  await accessible(page, 'the thanks with the offer');
  await shot(page, 'report-done-push');
  expect(asked(), 'before the button that explains it').toBe(0);
  await offer.getByRole('button', { name: 'Activer sur cet appareil' }).click();
  await expect(offer.getByText('Cet appareil reçoit vos notifications.')).toBeVisible();
  const link = await page.getByRole('link', { name: 'Voir le suivi' }).getAttribute('href');
  const agent = await staff('agent', ['techniques']);
  await change(request, agent, link?.split('/').at(-1) ?? '', { to: 'under_review' });
  await expect.poll(async () => (await messages(request, browser.endpoint)).length, { timeout: 30_000 }).toBe(1);

  // The next time there is nothing to ask.
  await open(page, '?kind=idea');
  await page.locator('main textarea').first().fill('Un banc près du lavoir');
  const known = page.waitForResponse((r) => r.url().endsWith(`/v1/${COMMUNE}/me`));
  await sendIt(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('C’est envoyé, merci !');
  await known;
  await expect(offer).toHaveCount(0);
});

test('a device that is turned off is forgotten by the platform, not only by the browser', async ({ page, request }) => {
  const who = await resident(request);
  const browser = await (await request.get(`/_local/browsers/story-${crypto.randomUUID().slice(0, 8)}`)).json();
  const devices = async () => {
    const headers = { authorization: `Bearer ${who.token}` };
    return (await (await request.get(`/v1/${COMMUNE}/me`, { headers })).json()).devices;
  };
  await withPushService(page, browser);
  await asResident(page, who);
  await page.goto(`/${COMMUNE}/me#notices`);
  await page.getByRole('button', { name: 'Activer sur cet appareil' }).click();
  await expect(page.getByText('Cet appareil reçoit vos notifications.')).toBeVisible();
  expect(await devices()).toHaveLength(1);
  await page.getByRole('button', { name: 'Arrêter sur cet appareil' }).click();
  await expect(page.getByRole('button', { name: 'Activer sur cet appareil' })).toBeVisible();
  expect(await devices()).toHaveLength(0);
});

test('one’s devices are listed, this one is marked, and what is removed is told nothing more', async ({
  page,
  request,
}) => {
  const who = await resident(request);
  const [here, other] = await Promise.all(
    ['here', 'other'].map(async (name) =>
      (await request.get(`/_local/browsers/${name}-${crypto.randomUUID().slice(0, 8)}`)).json(),
    ),
  );
  const own = () => ({ authorization: `Bearer ${who.token}` });
  const known = async () =>
    (await (await request.get(`/v1/${COMMUNE}/me`, { headers: own() })).json()).devices.map(
      (d: { id: string }) => d.id,
    );
  const data = { platform: 'web', subscription: other };
  const put = await request.put(`/v1/${COMMUNE}/me/devices`, { headers: own(), data });
  const { id: elsewhere } = await put.json();
  await withPushService(page, here);
  await asResident(page, who);
  await page.goto(`/${COMMUNE}/me#devices`);
  const devices = page.locator('#devices').getByRole('listitem');
  await expect(devices).toHaveText([/^Navigateur vu/]);
  await expect(devices.getByText('Cet appareil')).toHaveCount(0);
  await page.getByRole('button', { name: 'Activer sur cet appareil' }).click();
  await expect(devices).toHaveCount(2);
  await expect(devices.filter({ hasText: 'Cet appareil' })).toHaveCount(1);
  await accessible(page, 'two devices');
  await shot(page, 'me-devices');

  await page.getByRole('button', { name: /^Retirer l’appareil Navigateur vu/ }).click();
  await expect(page.getByText('L’appareil est retiré.')).toBeVisible();
  await expect(devices).toHaveText([/Cet appareil/]);
  const left = await known();
  expect(left).toHaveLength(1);
  expect(left).not.toContain(elsewhere);
  // Here it goes on.
  await expect(page.getByText('Cet appareil reçoit vos notifications.')).toBeVisible();

  await page.getByRole('button', { name: 'Retirer cet appareil' }).click();
  await expect(page.locator('#devices').getByText('Aucun appareil.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Activer sur cet appareil' })).toBeVisible();
  expect(await known()).toEqual([]);
  const subscribed = async () => (await navigator.serviceWorker.ready).pushManager.getSubscription();
  expect(await page.evaluate(subscribed)).toBeNull();
});

test.describe('an address of the launch list', () => {
  test.use({ expectedErrors: [/status of (404|422)/] });
  test('is left by its button alone, and a link that was used says so', async ({ page }) => {
    await page.goto(`/${COMMUNE}/launch/interest#pas-un-jeton`);
    await expect(page.getByText(/Votre contact est effacé dès que vous appuyez/)).toBeVisible();
    await accessible(page, 'leaving the launch list');
    await shot(page, 'interest');
    await page.getByRole('button', { name: 'Ne plus me prévenir' }).click();
    await expect(page.getByText(/Il n’y a rien à retirer/)).toBeVisible();
    await accessible(page, 'nothing to take back');
  });
});

/** How often the browser was made to ask its owner. */
function asking(page: Page): () => number {
  let times = 0;
  page.on('console', (m) => {
    if (ASKED.test(m.text())) times += 1;
  });
  return () => times;
}

/** A browser without a window has no push service and says that it may not show anything: its subscription is one of the platform's. */
async function withPushService(page: Page, browser: object) {
  await page.context().grantPermissions(['notifications']);
  await page.addInitScript((subscription) => {
    Object.defineProperty(Notification, 'permission', { get: () => 'default' });
    // Browsers keep it when a page is left.
    const MADE = 'made-in-a-story';
    const own = {
      toJSON: () => subscription,
      unsubscribe: async () => {
        sessionStorage.removeItem(MADE);
        return true;
      },
    } as unknown as PushSubscription;
    PushManager.prototype.subscribe = async () => {
      sessionStorage.setItem(MADE, '1');
      return own;
    };
    PushManager.prototype.getSubscription = async () => (sessionStorage.getItem(MADE) ? own : null);
  }, browser);
}
