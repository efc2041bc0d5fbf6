// A commune that is not open to everybody yet: what it says, and how residents are invited.

import type { Page } from '@playwright/test';
import { accessible, COMMUNE, code, expect, freshEmail, shot } from './fixtures.ts';
import { asResident, resident, withoutTiles } from './read-people.ts';
import { test } from './staff.ts';

// Signing an administrator in, which the first story of a run does for all, may take a minute.
test.describe.configure({ timeout: 180_000 });
test.beforeEach(({ page }) => withoutTiles(page));

const home = `/${COMMUNE}/`;

/** The commune as it would be in that phase: the demo's is open, and stories beside this one need it so. */
async function inPhase(page: Page, launch: Record<string, unknown>) {
  await page.route(`**/v1/${COMMUNE}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), launch } });
  });
}

for (const [phase, launch, words] of [
  [
    'draft',
    { launch_on: '2031-01-06', message: 'Nous préparons tout avec soin.' },
    'Ouverture à tous prévue le 6 janvier 2031.',
  ],
  ['training', { launch_on: null }, 'Il n’est pas encore ouvert aux habitants.'],
  [
    'pilot',
    { pilot: { zones: ['vieux-village'], categories: ['voirie'], invite_only: true } },
    'Pour participer, il faut un code d’invitation de la mairie.',
  ],
  ['paused', { message: 'Retour le lundi.' }, 'ne prend pas de nouveau signalement pour le moment'],
] as const) {
  test(`${phase} is said in words`, async ({ page }) => {
    await inPhase(page, { phase, ...launch });
    await page.goto(home);
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.getByRole('link', { name: 'Signaler un problème' })).toHaveCount(phase === 'pilot' ? 1 : 0);
    await page.getByRole('button', { name: 'Prévenez-moi de l’ouverture' }).click();
    await expect(page.getByLabel('Votre numéro de mobile ou votre adresse e-mail')).toBeVisible();
    await accessible(page, phase);
    await shot(page, `phase-${phase}`);
  });
}

test.describe('an invitation', () => {
  test.use({ expectedErrors: [/422/] });
  test('is behind the link of its QR code, asks for a sign-in, and is used once', async ({ page, request, admin }) => {
    const made = await request.post(`/v1/${COMMUNE}/launch/invites`, {
      headers: { authorization: `Bearer ${admin}` },
      data: { label: 'Essai', limit: 1, expires_at: new Date(Date.now() + 86_400_000).toISOString() },
    });
    expect(made.status(), await made.text()).toBe(201);
    const { link } = await made.json();
    const { pathname, hash } = new URL(link);
    await page.goto(pathname + hash);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Votre invitation');
    await accessible(page, 'an invitation');
    await shot(page, 'invitation');
    const email = freshEmail();
    await page.getByLabel('Votre numéro').fill(email);
    await page.getByRole('button', { name: 'Recevoir un code' }).click();
    await page.getByLabel('Code à six chiffres').fill(await code(request, email));
    await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
    await expect(page.getByLabel('Code d’invitation')).toHaveValue(hash.slice(1));
    await page.getByRole('button', { name: 'Utiliser ce code' }).click();
    await expect(page.getByText('Votre invitation est enregistrée')).toBeVisible();
    await accessible(page, 'an invitation that was used');
  });

  test('that is used up or wrong says so', async ({ page, request, admin }) => {
    const made = await request.post(`/v1/${COMMUNE}/launch/invites`, {
      headers: { authorization: `Bearer ${admin}` },
      data: { label: 'Essai', limit: 1, expires_at: new Date(Date.now() + 86_400_000).toISOString() },
    });
    const { code: invite } = await made.json();
    const used = await request.post(`/v1/${COMMUNE}/launch/invitation`, {
      headers: { authorization: `Bearer ${(await resident(request)).token}` },
      data: { code: invite },
    });
    expect(used.status()).toBe(204);
    await asResident(page, await resident(request));
    await page.goto(`${home}invite/${invite}`);
    await page.getByRole('button', { name: 'Utiliser ce code' }).click();
    await expect(page.getByText('Ce code a été utilisé autant de fois que prévu.').first()).toBeVisible();
    const field = page.getByLabel('Code d’invitation');
    await expect(field).toBeFocused();
    await field.fill('AAAA AAAA AA');
    await page.getByRole('button', { name: 'Utiliser ce code' }).click();
    await expect(page.getByText('Ce code n’existe pas ici.').first()).toBeVisible();
    await accessible(page, 'a wrong invitation');
  });
});
