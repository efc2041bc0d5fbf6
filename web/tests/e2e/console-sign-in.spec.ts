// The agents' door: an invitation, an authenticator the first time, codes after that, and who is not staff.

import { accessible, COMMUNE, code, freshEmail, messages, shot } from './fixtures.ts';
import { administrator, expect, invite, nextCode, remove, test, totp } from './staff.ts';

// Fresh staff are some twenty calls, and each screen is looked at by axe.
test.describe.configure({ timeout: 120_000 });

const CONSOLE = `/${COMMUNE}/console`;

test.beforeEach(async ({ page }) => {
  await page.route('**/web.json', (route) => route.fulfill({ json: { tiles: null, geocoder: null } }));
});

async function typeCode(page: import('@playwright/test').Page, email: string) {
  await page.getByLabel('Votre adresse électronique').fill(email);
  const seen = (await messages(page.request, email)).length;
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await page.getByLabel('Code reçu').fill(await code(page.request, email, seen));
  await page.getByRole('button', { name: 'Continuer' }).click();
}

test.describe('staff', () => {
  // Who has an app already is refused a second one, which is how the page knows that it has to ask for a code; a used code is refused too.
  test.use({ expectedErrors: [/409|422/] });

  test('an invitation leads in: accept, register an app, keep the codes; then a recovery code opens the door', async ({
    page,
    request,
    admin,
    baseURL,
  }) => {
    const invited = await invite(request, admin, 'agent', ['techniques']);
    let account = '';
    page.on('response', async (response) => {
      if (response.url().endsWith('/invitations/accept') && response.ok()) account = (await response.json()).account;
    });
    try {
      // The address in the mail.
      await page.goto(`/${COMMUNE}/console/accept#${invited.token}`);
      await expect(page).toHaveURL(/\/console\/accept/);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Rejoindre l’équipe');
      await accessible(page, 'invitation, signed out');
      await shot(page, 'console-accept');
      await typeCode(page, invited.email);
      await expect(page.getByRole('button', { name: 'Accepter l’invitation' })).toBeVisible();
      await accessible(page, 'invitation');
      await page.getByRole('button', { name: 'Accepter l’invitation' }).click();
      // Where the session is no cookie it ends here, and the address is asked for again.
      const again = page.getByLabel('Votre adresse électronique');
      const secretLabel = page.locator('.secret code');
      await expect(again.or(secretLabel)).toBeVisible();
      if (await again.isVisible()) await typeCode(page, invited.email);

      await expect(secretLabel).toBeVisible();
      await expect(page.getByRole('img', { name: /Image à viser/ })).toBeVisible();
      await accessible(page, 'registering an app');
      await shot(page, 'console-enrol');
      const secret = ((await secretLabel.textContent()) ?? '').replaceAll(' ', '');
      const step = Math.floor(Date.now() / 30_000);
      await page.getByLabel('Code de votre application').fill('12');
      await page.getByRole('button', { name: 'Enregistrer cette application' }).click();
      await expect(page.getByText('Le code a six chiffres.').first()).toBeVisible();
      await page.getByLabel('Code de votre application').fill(totp(secret, step));
      await page.getByRole('button', { name: 'Enregistrer cette application' }).click();
      await expect(page.getByRole('heading', { name: 'Vos dix codes de secours' })).toBeVisible();
      await accessible(page, 'recovery codes');
      await shot(page, 'console-recovery');
      const recovery = (await page.locator('.recovery code').first().textContent()) ?? '';
      await page.getByRole('button', { name: 'Entrer' }).click();
      await expect(page.getByText('Mettez d’abord ces codes à l’abri')).toBeVisible();
      await page.getByLabel('J’ai mis ces codes à l’abri').check();
      await page.getByRole('button', { name: 'Entrer' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('À traiter');

      if (await page.getByRole('button', { name: 'Menu' }).isVisible()) {
        await page.getByRole('button', { name: 'Menu' }).click();
        await accessible(page, 'menu');
        await shot(page, 'console-menu');
      }
      await page.getByRole('button', { name: 'Se déconnecter' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');
      await accessible(page, 'sign-in');
      await shot(page, 'console-sign-in');

      await page.goto(`${CONSOLE}/near`);
      await typeCode(page, invited.email);
      await expect(page.getByLabel('Code de votre application')).toBeVisible();
      await accessible(page, 'second factor');
      await shot(page, 'console-factor');
      // The code that registered the app is used up.
      await page.getByLabel('Code de votre application').fill(totp(secret, step));
      await page.getByRole('button', { name: 'Confirmer' }).click();
      await expect(page.getByText('Ce code n’est pas bon, ou a déjà servi')).toBeVisible();
      await accessible(page, 'second factor refused');
      await page.getByRole('button', { name: 'Utiliser un code de secours' }).click();
      await page.getByLabel('Code de secours').fill(recovery);
      await page.getByRole('button', { name: 'Confirmer' }).click();
      await expect(page.getByText('Il vous reste 9 codes de secours.')).toBeVisible();
      // Where one wanted to go.
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Près de moi');
    } finally {
      // The list of what is near comes in several pages: what is still asked for ends with the page, and then the account.
      await page.goto('about:blank');
      if (account) await remove(request, await administrator(request, baseURL ?? ''), account);
    }
  });

  test('a code of the app opens the door, and a menu has what the role may use', async ({ page, staff }) => {
    const moderator = await staff('moderator');
    await page.goto(`${CONSOLE}/near`);
    await typeCode(page, moderator.email);
    await page.getByLabel('Code de votre application').fill(await nextCode(moderator));
    await page.getByRole('button', { name: 'Confirmer' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cette page n’est pas ouverte à votre rôle');
    await accessible(page, 'not for this role');
  });
});

test('a resident is told kindly', async ({ page }) => {
  await page.goto(`${CONSOLE}/`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');
  await typeCode(page, freshEmail());
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cet espace est celui des agents');
  await expect(page.getByRole('link', { name: 'Aller au site des habitants' })).toBeVisible();
  await accessible(page, 'not staff');
  await shot(page, 'console-not-staff');
  await page.getByRole('button', { name: 'Utiliser une autre adresse' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');
});

test('what is typed wrong is said beside the field', async ({ page }) => {
  await page.goto(`${CONSOLE}/sign-in`);
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await expect(page.getByText('Indiquez une adresse électronique').first()).toBeVisible();
  await expect(page.getByLabel('Votre adresse électronique')).toBeFocused();
  await accessible(page, 'sign-in with an error');
  await page.goto(`${CONSOLE}/accept`);
  await expect(page.getByText('Ce lien n’est pas complet.')).toBeVisible();
  await accessible(page, 'invitation without a token');
});
