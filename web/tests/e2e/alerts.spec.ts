// A danger: an administrator warns everybody, residents read it, and the all-clear takes it away again.

import type { APIRequestContext, Page } from '@playwright/test';
import { resident } from '../world.mjs';
import { bothWays, call, type FreshCommune, test } from './desk.ts';
import { accessible, COMMUNE, expect, shot } from './fixtures.ts';
import { failing } from './reach.ts';
import { noTiles, settled } from './screens.ts';
import { asMember, test as colleagues } from './staff.ts';

test.describe.configure({ timeout: 90_000 });
test.beforeEach(({ page }) => noTiles(page));

const FLOOD = {
  category: 'geo',
  severity: 'severe',
  headline: 'Crue de l’Arre au quartier du gué',
  instruction: 'Montez à l’étage. Ne prenez pas votre voiture.',
  description: 'L’eau monte de vingt centimètres par heure.',
};

/** Changes a part of the commune that has a version. */
async function put(request: APIRequestContext, desk: FreshCommune, path: string, change: object) {
  const as = desk.administrator;
  const address = `/v1/${desk.id}/${path}`;
  const answer = await request.get(address, { headers: { authorization: `Bearer ${as.token}` } });
  const now = path === 'settings' ? await answer.json() : {};
  const headers = { 'if-match': answer.headers().etag ?? '' };
  await call(request, 'PUT', address, { as, headers, data: { ...now, ...change } });
}

/** Settings are kept for ten seconds. */
const offered = (request: APIRequestContext, desk: FreshCommune, on: boolean) =>
  expect.poll(async () => (await call(request, 'GET', `/v1/${desk.id}`)).modules.includes('alerts')).toBe(on);

const send = (request: APIRequestContext, desk: FreshCommune, fields: object = {}) =>
  call(request, 'POST', `/v1/${desk.id}/alerts`, { as: desk.administrator, data: { ...FLOOD, ...fields } });

/** Writes the alert and goes as far as the question. */
async function write(page: Page, desk: FreshCommune) {
  await page.goto(`/${desk.id}/console/alerts`);
  await page.getByRole('link', { name: 'Écrire une alerte' }).click();
  await page.getByLabel('Quel danger').selectOption(FLOOD.category);
  await page.getByLabel('Quelle gravité').selectOption(FLOOD.severity);
  await page.getByLabel('Ce qui se passe, et où').fill(FLOOD.headline);
  await page.getByLabel('Ce qu’il faut faire').fill(FLOOD.instruction);
  await page.getByLabel('Ce que l’on sait').fill(FLOOD.description);
  await page.getByRole('button', { name: 'Relire avant d’envoyer' }).click();
  return page.getByRole('dialog', { name: 'Envoyer cette alerte à tous ?' });
}

/** An app of somebody in this commune; what it shows. */
async function app(request: APIRequestContext, desk: FreshCommune): Promise<() => Promise<string[]>> {
  const { access_token } = await resident(process.env.PARVIS_URL ?? '', desk.id);
  const token = `story-${crypto.randomUUID()}`;
  const since = new Date().toISOString();
  const headers = { authorization: `Bearer ${access_token}` };
  await call(request, 'PUT', `/v1/${desk.id}/me/devices`, { headers, data: { platform: 'fcm', token } });
  return async () => {
    const { messages } = await call(request, 'GET', `/_local/outbox?since=${since}&limit=1000`);
    const mine = messages.filter((one: { device_token?: string }) => one.device_token === token);
    return mine.map((one: { text: string }) => one.text);
  };
}

test('everybody is warned once, sees it first, and is told when it is over', async ({
  page,
  browser,
  desk,
  request,
}) => {
  await put(request, desk, 'launch', { phase: 'live' });
  const phone = await app(request, desk);
  const question = await write(page, desk);
  await expect(question.locator('.on-phones .card')).toContainText(
    `Alerte : ${FLOOD.headline}${FLOOD.instruction}\n${FLOOD.description}\n`,
  );
  await expect(question).toContainText('Elle ne part pas encore par SMS');
  await expect(question).toContainText('ne se reprend pas');
  await bothWays(page, 'the question before an alert', 'alert-confirm');
  await question.getByRole('button', { name: 'Envoyer l’alerte à tous' }).dblclick();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(FLOOD.headline);
  await expect(page.getByText(/^Le message est parti le/)).toBeVisible({ timeout: 30_000 });
  await bothWays(page, 'an alert that is out', 'console-alert');
  const link = `${process.env.PARVIS_URL}/${desk.id}/alerts/${page.url().split('/').at(-1)}`;
  await expect
    .poll(phone, { timeout: 20_000 })
    .toEqual([`Alerte : ${FLOOD.headline}\n${FLOOD.instruction}\n${FLOOD.description}\n${link}`]);

  const context = await browser.newContext();
  const guest = await context.newPage();
  await noTiles(guest);
  await guest.goto(`/${desk.id}/`);
  const now = guest.getByRole('region', { name: 'Alerte en cours' });
  await expect(now).toContainText('Danger grave');
  await bothWays(guest, 'the home while there is a danger', 'home-alert');
  await now.getByRole('link', { name: FLOOD.headline }).click();
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText(FLOOD.headline);
  await expect(guest.getByRole('heading', { level: 2 })).toHaveText(['Que faire', 'Ce que l’on sait']);
  await bothWays(guest, 'an alert', 'alert');

  await page.getByRole('button', { name: 'Lever l’alerte' }).click();
  const end = page.getByRole('dialog', { name: 'Lever cette alerte ?' });
  await end.getByLabel('Vos mots').fill('L’eau baisse depuis midi.');
  await accessible(page, 'the question before an all-clear');
  await shot(page, 'alert-end');
  await end.getByRole('button', { name: 'Lever l’alerte' }).click();
  await expect(page.getByRole('heading', { name: 'Message de fin d’alerte' })).toBeVisible();
  await expect(page.getByText(/^Le message est parti le/)).toHaveCount(2, { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Lever l’alerte' })).toHaveCount(0);
  await expect
    .poll(async () => (await phone())[1], { timeout: 20_000 })
    .toBe(`Fin d’alerte : ${FLOOD.headline}\nL’eau baisse depuis midi.\n${link}`);

  await guest.reload();
  await expect(guest.getByText(/^Levée le/)).toBeVisible();
  await expect(guest.getByText('L’eau baisse depuis midi.')).toBeVisible();
  await accessible(guest, 'an alert that is over');
  await guest.goto(`/${desk.id}/`);
  await settled(guest);
  await expect(now).toHaveCount(0);
  await guest.getByRole('contentinfo').getByRole('link', { name: 'Alertes' }).click();
  await expect(guest.locator('main').getByRole('listitem').filter({ hasText: FLOOD.headline })).toContainText(
    'Levée le',
  );
  await context.close();
});

test.describe('an answer that is lost', () => {
  test.use({ expectedErrors: [/ERR_FAILED|status of 422/] });
  test.beforeEach(async ({ page, desk, request }) => {
    await put(request, desk, 'launch', { phase: 'live' });
    let lost = 0;
    await page.route(`**/v1/${desk.id}/alerts`, async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
  });

  test('is asked for again, and one alert was sent', async ({ page, desk, request }) => {
    const question = await write(page, desk);
    await question.getByRole('button', { name: 'Envoyer l’alerte à tous' }).click();
    await expect(question.getByText(/Impossible de joindre le service/)).toBeVisible();
    await accessible(page, 'an alert whose answer was lost');
    await question.getByRole('button', { name: 'Envoyer l’alerte à tous' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(FLOOD.headline);
    const { alerts } = await call(request, 'GET', `/v1/${desk.id}/alerts`);
    expect(alerts).toHaveLength(1);
  });

  test('is told to who changes the alert before trying again', async ({ page, desk, request }) => {
    const question = await write(page, desk);
    const send = question.getByRole('button', { name: 'Envoyer l’alerte à tous' });
    await send.click();
    await expect(question.getByText(/Impossible de joindre le service/)).toBeVisible();
    await question.getByRole('button', { name: 'Annuler' }).click();
    await page.getByLabel('Ce qui se passe, et où').fill('La crue atteint le lavoir');
    await page.getByRole('button', { name: 'Relire avant d’envoyer' }).click();
    await send.click();
    await expect(question.getByText(/Votre premier envoi était bien parti/)).toBeVisible();
    await send.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('La crue atteint le lavoir');
    const { alerts } = await call(request, 'GET', `/v1/${desk.id}/alerts`);
    expect(alerts).toHaveLength(2);
  });
});

test.describe('an alert with mistakes', () => {
  test.use({ expectedErrors: [/status of 422/] });
  test('says them at its fields, whoever finds them', async ({ page, desk, request }) => {
    await put(request, desk, 'launch', { phase: 'live' });
    await page.goto(`/${desk.id}/console/alerts/new`);
    const check = page.getByRole('button', { name: 'Relire avant d’envoyer' });
    await check.click();
    await expect(page.getByLabel('Quel danger')).toBeFocused();
    await expect(page.getByText('Choisissez le danger.').first()).toBeVisible();
    await page.getByLabel('Quel danger').selectOption('fire');
    await page.getByLabel('Quelle gravité').selectOption('extreme');
    // Blank to the platform alone.
    await page.getByLabel('Ce qui se passe, et où').fill('\u200b');
    await page.getByLabel('Ce que l’on sait').fill('Feu de forêt.');
    const until = page.getByLabel('En cours jusqu’au');
    const ends = await until.inputValue();
    const far = new Date(Date.now() + 9 * 24 * 3_600_000).toISOString().slice(0, 16);
    await until.fill(far);
    await check.click();
    await expect(until).toBeFocused();
    await expect(until).toHaveAccessibleDescription(/Choisissez un moment à venir, dans 7 jours au plus\./);
    await bothWays(page, 'an alert with a mistake', 'alert-wrong');
    await until.fill(ends);
    await check.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Envoyer l’alerte à tous' }).click();
    const headline = page.getByLabel('Ce qui se passe, et où');
    await expect(headline).toBeFocused();
    await expect(headline).toHaveAccessibleDescription(/160 caractères au plus/);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    // What is written stays while one looks elsewhere.
    await page.getByRole('link', { name: '← Toutes les alertes' }).click();
    await expect(page.getByText('Aucune alerte n’a encore été envoyée.')).toBeVisible();
    await page.getByRole('link', { name: 'Écrire une alerte' }).click();
    await expect(page.getByLabel('Ce que l’on sait')).toHaveValue('Feu de forêt.');
  });
});

test('in a training nothing leaves, and it says so', async ({ page, desk, request }) => {
  await put(request, desk, 'launch', { phase: 'training' });
  const question = await write(page, desk);
  await expect(question).toContainText('rien ne part vers les téléphones');
  await question.getByRole('button', { name: 'Envoyer l’alerte à tous' }).click();
  await expect(page.getByText(/^Le message n’est pas parti et ne partira pas/)).toBeVisible({ timeout: 30_000 });
  await accessible(page, 'an alert of a training');
  await shot(page, 'console-alert-training');
});

test('where alerts are off none is begun, and those of before are read', async ({ page, desk, request }) => {
  await put(request, desk, 'launch', { phase: 'live' });
  const { id } = await send(request, desk);
  await put(request, desk, 'settings', { modules: ['reports', 'map'] });
  await offered(request, desk, false);
  await page.goto(`/${desk.id}/console/alerts`);
  await expect(page.getByText(/aucune alerte ne peut partir/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Écrire une alerte' })).toHaveCount(0);
  await bothWays(page, 'alerts that are off', 'console-alerts-off');
  await page.goto(`/${desk.id}/console/alerts/new`);
  await expect(page.getByRole('button', { name: 'Relire avant d’envoyer' })).toHaveCount(0);
  await page.goto(`/${desk.id}/`);
  await settled(page);
  await expect(page.getByRole('contentinfo').getByRole('link', { name: 'Alertes' })).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Alerte en cours' })).toHaveCount(0);
  await page.goto(`/${desk.id}/alerts/${id}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(FLOOD.headline);
  await page.goto(`/${desk.id}/console/settings/general`);
  await page.getByRole('checkbox', { name: 'Alertes de danger' }).check();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('Enregistré.')).toBeVisible();
  await offered(request, desk, true);
  await page.goto(`/${desk.id}/console/alerts`);
  await expect(page.getByRole('link', { name: 'Écrire une alerte' })).toBeVisible();
});

test.describe('the home', () => {
  test.use({ expectedErrors: [/status of 503|ERR_FAILED/] });

  test('has three alerts and the way to the others, none that is over, and stands without them', async ({
    page,
    desk,
    request,
  }) => {
    await put(request, desk, 'launch', { phase: 'live' });
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    for (const headline of ['Feu', 'Neige', 'Vent', 'Crue']) await send(request, desk, { headline, expires: soon });
    const alerts = page.getByRole('region', { name: 'Alertes en cours' });
    await page.clock.install();
    await page.goto(`/${desk.id}/`);
    await expect(alerts.getByRole('listitem')).toHaveCount(3);
    await expect(alerts.getByRole('link', { name: 'Voir toutes les alertes en cours' })).toBeVisible();
    await shot(page, 'home-alerts');
    // Nobody can be asked any more: what is known is shown for as long as it may hold.
    await page.route('**/v1/*/alerts**', (route) => route.abort());
    await page.reload();
    await expect(alerts).toContainText('nous ne savons pas ce qui a changé depuis');
    await accessible(page, 'alerts without a network');
    await page.clock.fastForward('01:00:05');
    await expect(alerts).toHaveCount(0);
    await page.unroute('**/v1/*/alerts**');
    await failing('**/v1/*/alerts**')(page);
    await page.reload();
    await settled(page);
    await expect(page.getByRole('link', { name: 'Signaler un problème' })).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });
});

colleagues('who neither administers nor is elected reads alerts and sends none', async ({ page, staff }) => {
  await noTiles(page);
  await asMember(page, await staff('agent', ['techniques']));
  await page.goto(`/${COMMUNE}/console/alerts`);
  await expect(page.getByText(/prévenir la population revient au maire/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Écrire une alerte' })).toHaveCount(0);
  await accessible(page, 'alerts as an agent sees them');
  await page.goto(`/${COMMUNE}/console/alerts/new`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cette page n’est pas ouverte à votre rôle');
});

colleagues('who is elected may send them', async ({ page, staff }) => {
  await noTiles(page);
  await asMember(page, await staff('elected_member'));
  await page.goto(`/${COMMUNE}/console/alerts`);
  await page.getByRole('link', { name: 'Écrire une alerte' }).click();
  await expect(page.getByRole('button', { name: 'Relire avant d’envoyer' })).toBeVisible();
});
