// What residents read: home, the lists with their filters, the map, and a report's page.

import { accessible, COMMUNE, expect, freshEmail, shot } from './fixtures.ts';
import { asResident, change, photo, resident, send, withoutTiles } from './read-people.ts';
import { test } from './staff.ts';

test.beforeEach(({ page }) => withoutTiles(page));

test('home says what one can do and what goes on', async ({ page, request }) => {
  const who = await resident(request);
  const { words } = await send(request, who);
  await asResident(page, who);
  await page.goto(`/${COMMUNE}/`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Aubignac-sur-Arre');
  await expect(page.getByRole('link', { name: 'Signaler un problème' })).toHaveAttribute('href', /report\?kind=problem/);
  await expect(page.getByRole('region', { name: 'Vos signalements' }).or(page.locator('section', { hasText: 'Vos signalements' })).first()).toContainText(words);
  await expect(page.locator('section', { hasText: 'Derniers signalements' })).toContainText(words);
  await accessible(page, 'home');
  await shot(page, 'home');
});

test('a report says where it stands, what comes next and what happened', async ({ page, request, staff }) => {
  const who = await resident(request);
  const before = await photo(request, who.token, [180, 120, 60]);
  const second = await photo(request, who.token, [60, 120, 180]);
  const { id, words } = await send(request, who, { photos: [before, second] });
  const agent = await staff('agent', ['techniques']);
  const note = 'Le revêtement sera repris par notre équipe.\nMerci de votre patience.';
  await change(request, agent, id, { to: 'scheduled', scheduled_for: '2027-03-15', note });
  await asResident(page, who);
  await page.goto(`/${COMMUNE}/reports/${id}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Voirie et trottoirs');
  await expect(page.getByText('Intervention prévue le 15 mars 2027.')).toBeVisible();
  await expect(page.getByText(words)).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Planifié' })).toContainText('repris par notre équipe');
  await expect(page.locator('.map .marker')).toBeVisible();
  await accessible(page, 'a report');
  await shot(page, 'report');
});

test('the list and the map', async ({ page, request }) => {
  const who = await resident(request);
  await send(request, who);
  await page.goto(`/${COMMUNE}/reports?view=map`);
  await expect(page.locator('.map .marker').first()).toBeVisible();
  await accessible(page, 'the map');
  await shot(page, 'map');
  await page.goto(`/${COMMUNE}/reports`);
  await expect(page.locator('.report-card').first()).toBeVisible();
  await accessible(page, 'the list');
  await shot(page, 'list');
});

test('me', async ({ page, request }) => {
  const who = await resident(request);
  await send(request, who);
  await asResident(page, who);
  await page.goto(`/${COMMUNE}/me`);
  await expect(page.getByText(who.email).first()).toBeVisible();
  await expect(page.locator('.report-card').first()).toBeVisible();
  await accessible(page, 'me');
  await shot(page, 'me');
  await page.goto(`/${COMMUNE}/sign-in`);
});

test('sign in', async ({ page }) => {
  await page.goto(`/${COMMUNE}/sign-in`);
  await shot(page, 'sign-in');
  await page.getByLabel('Votre numéro').fill(freshEmail());
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await expect(page.getByLabel('Code à six chiffres')).toBeFocused();
  await accessible(page, 'the code');
  await shot(page, 'code');
});
