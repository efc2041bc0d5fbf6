// Outdoors: what is near, solved with a photo in two taps, with and without a network.

import { holdSeconds, look, PHOTO, spot } from './console-people.ts';
import { accessible, COMMUNE, messages } from './fixtures.ts';
import { asMember, expect, report, test } from './staff.ts';

// Fresh staff are some twenty calls, and each screen is looked at by axe.
test.describe.configure({ timeout: 120_000 });

const NEAR = `/${COMMUNE}/console/near`;

test('the nearest first; a photo and one tap, and the resident is told once', async ({
  page,
  staff,
  request,
  context,
}) => {
  const agent = await staff('agent', ['techniques']);
  const place = spot();
  const sent = await report(request, { place });
  const before = (await messages(request, sent.email)).length;
  await context.grantPermissions(['geolocation']);
  await context.setGeolocation(place);
  await asMember(page, agent);
  await holdSeconds(page);
  await page.goto(NEAR);
  await expect(page.getByRole('button', { name: 'Me situer' })).toBeVisible();
  await accessible(page, 'near, before the position');
  await page.getByRole('button', { name: 'Me situer' }).click();
  const card = page.locator('.near-card', { hasText: sent.words });
  await expect(card.getByText('à 0 m')).toBeVisible();
  await expect(page.locator('.near-card').first()).toContainText(sent.words);
  await card.getByLabel('Photo du travail fini').setInputFiles(PHOTO);
  await expect(card.getByRole('button', { name: 'Résolu' })).toBeFocused();
  await accessible(page, 'near, photo taken');
  await look(page, 'console-near');
  await card.getByRole('button', { name: 'Résolu' }).click();
  // Taken back from here, and from another screen: the picture is still the one that was taken.
  const picture = card.getByRole('img', { name: 'Photo du travail fini' });
  await page.getByRole('button', { name: 'Annuler' }).click();
  await expect(picture).toBeVisible();
  await expect(card.getByRole('button', { name: 'Résolu' })).toBeFocused();
  await page.keyboard.press('Enter');
  await card.getByRole('link', { name: sent.words }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Voirie et trottoirs');
  await page.getByRole('button', { name: 'Annuler' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(picture).toBeVisible();
  await expect(page.locator('.near-card').first()).toContainText(sent.words);
  await look(page, 'console-near-taken-back');
  // A thumb that trembles taps twice before anything is drawn: it is on its way once.
  await card.getByRole('button', { name: 'Résolu' }).evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
  });
  await expect(page.getByRole('button', { name: 'Annuler' })).toBeVisible();
  await accessible(page, 'near, ten seconds');
  await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
  await expect(page.getByText('C’est envoyé.')).toBeVisible({ timeout: 40_000 });
  await expect(card).toHaveCount(0);
  await expect(page.locator('.pending-one')).toHaveCount(0);
  const seen = await (await request.get(`/v1/${COMMUNE}/reports/${sent.id}`)).json();
  expect([seen.status, seen.after_photos.length]).toEqual(['resolved', 1]);
  await expect.poll(async () => (await messages(request, sent.email)).length).toBe(before + 1);
});

test.describe('refused', () => {
  test.use({ expectedErrors: [/status of 422/] });
  test('a photo that did not get through is kept and tried again', async ({ page, staff, request, context }) => {
    const agent = await staff('agent', ['techniques']);
    const place = spot();
    const sent = await report(request, { place });
    await context.grantPermissions(['geolocation']);
    await context.setGeolocation(place);
    await asMember(page, agent);
    const problem = {
      type: 'urn:parvis:problem:invalid',
      title: '',
      status: 422,
      detail: 'Photo refusée.',
      errors: [],
    };
    const photos = `**/v1/${COMMUNE}/photos`;
    await page.route(photos, (route) =>
      route.fulfill({ status: 422, contentType: 'application/problem+json', json: problem }),
    );
    await page.goto(NEAR);
    await page.getByRole('button', { name: 'Me situer' }).click();
    const card = page.locator('.near-card', { hasText: sent.words });
    await card.getByLabel('Photo du travail fini').setInputFiles(PHOTO);
    await card.getByRole('button', { name: 'Résolu' }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.getByText('Photo refusée.')).toBeVisible();
    await page.unroute(photos);
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await expect(page.getByText('C’est envoyé.')).toBeVisible({ timeout: 40_000 });
    const seen = await (await request.get(`/v1/${COMMUNE}/reports/${sent.id}`)).json();
    expect([seen.status, seen.after_photos.length]).toEqual(['resolved', 1]);
  });
});

test.describe('without a network', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] });
  test('what is done waits on the device and goes by itself, once', async ({ page, staff, request, context }) => {
    const agent = await staff('agent', ['techniques']);
    const place = spot();
    const sent = await report(request, { place });
    await context.grantPermissions(['geolocation']);
    await context.setGeolocation(place);
    const before = (await messages(request, sent.email)).length;
    await asMember(page, agent);
    await page.goto(NEAR);
    await page.getByRole('button', { name: 'Me situer' }).click();
    const card = page.locator('.near-card', { hasText: sent.words });
    await expect(card).toBeVisible();
    await context.setOffline(true);
    await expect(page.getByText('Pas de réseau.').first()).toBeVisible();
    await card.getByLabel('Photo du travail fini').setInputFiles(PHOTO);
    await card.getByRole('button', { name: 'Résolu' }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.getByText('Attend le réseau ; partira tout seul.')).toBeVisible();
    await accessible(page, 'waiting for the network');
    await look(page, 'console-offline');
    expect(await messages(request, sent.email)).toHaveLength(before);
    await context.setOffline(false);
    await expect(page.getByText('C’est envoyé.')).toBeVisible({ timeout: 40_000 });
    const seen = await (await request.get(`/v1/${COMMUNE}/reports/${sent.id}`)).json();
    expect([seen.status, seen.after_photos.length, seen.version]).toEqual(['resolved', 1, 2]);
    await expect.poll(async () => (await messages(request, sent.email)).length).toBe(before + 1);
  });
});

test('a phone that keeps its position to itself still has the list', async ({ page, staff, request }) => {
  const agent = await staff('agent', ['techniques']);
  await report(request);
  await asMember(page, agent);
  await page.goto(NEAR);
  await page.getByRole('button', { name: 'Me situer' }).click();
  await expect(page.getByText(/autorisez-la|introuvable/)).toBeVisible({ timeout: 25_000 });
  await expect(page.locator('.near-card').first()).toBeVisible();
  await accessible(page, 'near without a position');
});
