// An operator signs in with an authenticator, subscribes a commune, sets its plan, suspends and resumes it, lets it leave.

import { readFileSync } from 'node:fs';
import type { Route } from '@playwright/test';
import { bothWays, call, newOperator, signedIn, someListed, subscribed, test, totp } from './desk.ts';
import { accessible, code, expect, freshEmail, shot } from './fixtures.ts';

// What a rule refuses is answered with 422, what is not there with 404.
test.use({ expectedErrors: [/status of (401|404|409|422|429)|ERR_(FAILED|INTERNET_DISCONNECTED)/] });

const TOTP = '**/v1/operator/me/totp';

const square = (x: number) =>
  JSON.stringify({
    type: 'Feature',
    properties: { nom: 'Essai' },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [x, 43.6],
          [x + 0.1, 43.6],
          [x + 0.1, 43.7],
          [x, 43.7],
          [x, 43.6],
        ],
      ],
    },
  });

test('an operator signs in, registers an authenticator and signs out', async ({ page, request }) => {
  const email = await newOperator(request);
  await page.goto('/operator/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Exploitation de la plateforme');
  await accessible(page, 'operator sign-in');
  await shot(page, 'operator-sign-in');
  const address = page.getByLabel('Adresse électronique');
  await address.fill('x');
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await expect(page.getByText('Indiquez une adresse électronique').first()).toBeVisible();
  await expect(address).toBeFocused();
  await address.fill(freshEmail('faute'));
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  // Each step takes the focus with it, back as well.
  await expect(page.getByLabel('Code reçu')).toBeFocused();
  await page.getByRole('button', { name: 'Utiliser une autre adresse' }).click();
  await expect(address).toBeFocused();
  await address.fill(email);
  await page.keyboard.press('Enter');
  const digits = page.getByLabel('Code reçu');
  await expect(digits).toBeFocused();
  await digits.fill('000000');
  await page.getByRole('button', { name: 'Continuer' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await accessible(page, 'a wrong code');
  // Another code may be had, though not in the same minute.
  await page.getByRole('button', { name: 'Renvoyer un code' }).click();
  await expect(page.getByText(/^Trop de demandes/)).toBeVisible();
  await digits.fill(await code(request, email));
  // The second factor that cannot be asked for is asked for again.
  await page.route(TOTP, (route) => route.abort());
  await page.getByRole('button', { name: 'Continuer' }).click();
  await expect(page.getByRole('button', { name: 'Réessayer' })).toBeVisible();
  await page.unroute(TOTP);
  await page.getByRole('button', { name: 'Réessayer' }).click();
  await expect(page.getByText('un code de votre téléphone sera demandé')).toBeFocused();
  await expect(page.getByRole('img', { name: 'Image à viser avec l’application' })).toBeVisible();
  await bothWays(page, 'registering an app', 'operator-register');
  const secret = (await page.locator('.secret code').textContent())?.replaceAll(' ', '');
  await page.getByLabel('Code de votre application').fill(totp(secret ?? ''));
  await page.getByRole('button', { name: 'Enregistrer cette application' }).click();
  await expect(page.getByRole('heading', { name: 'Vos dix codes de secours' })).toBeFocused();
  await bothWays(page, 'recovery codes', 'operator-recovery');
  const shown = await page.locator('.recovery code').allTextContents();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Enregistrer dans un fichier' }).click();
  const kept = readFileSync(await (await download).path(), 'utf8');
  expect(kept.trim().split('\n').slice(2)).toEqual(shown);
  expect(shown).toHaveLength(10);
  await page.getByRole('button', { name: 'Entrer' }).click();
  await expect(page.getByText('Mettez d’abord ces codes à l’abri').first()).toBeVisible();
  await page.getByRole('checkbox', { name: 'J’ai mis ces codes à l’abri' }).check();
  await page.getByRole('button', { name: 'Entrer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Communes');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await expect(page.getByLabel('Adresse électronique')).toBeVisible();
});

test('without a network an operator is not signed out, and a screen that is not here says so', async ({
  page,
  operator,
}) => {
  await signedIn(page, operator);
  const refresh = '**/v1/operator/sessions/refresh';
  const gone = (route: Route) => route.abort('internetdisconnected');
  await page.route(refresh, gone);
  await page.goto('/operator/');
  await expect(page.getByRole('button', { name: 'Réessayer' })).toBeVisible();
  await expect(page.getByLabel('Adresse électronique')).toHaveCount(0);
  await accessible(page, 'operators without a network');
  await shot(page, 'operator-offline');
  await page.unroute(refresh, gone);
  await page.getByRole('button', { name: 'Réessayer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Communes');
  await page.route('**/assets/subscribe*.js', gone);
  await page.getByRole('link', { name: 'Abonner une commune' }).click();
  await expect(page.getByRole('button', { name: 'Recharger' })).toBeVisible();
});

test('a commune is subscribed and gets another plan', async ({ page, operator, request }) => {
  await signedIn(page, operator);
  await page.goto('/operator/');
  await page.getByRole('link', { name: 'Abonner une commune' }).click();
  await page.getByRole('button', { name: 'Abonner', exact: true }).click();
  await expect(page.getByText('Donnez les limites de la commune').first()).toBeVisible();
  await page
    .getByLabel('Fichier GeoJSON')
    .setInputFiles({ name: 'a.geojson', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await expect(page.getByText('Aucun contour (polygone) lisible')).toBeVisible();
  await page.getByLabel('Fichier GeoJSON').setInputFiles({
    name: 'commune.geojson',
    mimeType: 'application/geo+json',
    buffer: Buffer.from(square(5.5)),
  });
  await expect(page.getByText('Limites de 5 points.')).toBeVisible();
  await expect(page.getByText('De 5,5 à 5,6 de longitude, de 43,6 à 43,7 de latitude.')).toBeVisible();
  await page.getByLabel('Code INSEE').fill('99999');
  const slug = `essai-${crypto.randomUUID().slice(0, 8)}`;
  await page.getByLabel(/^Adresse \(/).fill(slug);
  await page.getByLabel('Nom (facultatif)').fill('Agnès Adjointe');
  await page.getByLabel('Adresse électronique (facultatif)').fill(freshEmail('mairie'));
  await page.getByRole('button', { name: 'Abonner', exact: true }).click();
  await expect(page.getByText('Aucune commune d’aujourd’hui ne porte ce code INSEE.').first()).toBeVisible();
  await expect(page.getByLabel('Code INSEE')).toBeFocused();
  await accessible(page, 'subscribing with an error');
  await shot(page, 'operator-subscribe');
  const listed = await someListed(request, operator);
  await page.getByLabel('Code INSEE').fill(listed.insee);
  await page.getByRole('button', { name: 'Abonner', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(listed.name);
  await expect(page.getByText('Active', { exact: true })).toBeVisible();
  await expect(page.getByText('SMS facturés')).toBeVisible();
  await bothWays(page, 'a commune', 'operator-commune');

  await page.getByLabel('Places dans l’équipe').fill('0');
  await page.getByRole('button', { name: 'Modifier l’abonnement' }).click();
  await expect(page.getByText('De 1 à 10 000 places.').first()).toBeVisible();
  await page.getByLabel('Places dans l’équipe').fill('40');
  await page.getByRole('button', { name: 'Modifier l’abonnement' }).click();
  await expect(page.getByText('L’abonnement est modifié.')).toBeVisible();
  const now = await call(request, 'GET', `/v1/operator/communes/${slug}`, { as: operator });
  expect(now.plan.staff_seats).toBe(40);

  await page.getByRole('button', { name: 'Préparer un export' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'L’export' })).toBeVisible();
  const ordered = await call(request, 'GET', `/v1/operator/communes/${slug}/export`, { as: operator });
  expect(['running', 'ready']).toContain(ordered.state);
});

test('a commune is suspended, resumed and let go', async ({ page, operator, request }) => {
  const { id: slug } = await subscribed(request, operator);
  await signedIn(page, operator);
  await page.goto(`/operator/communes/${slug}`);
  await page.getByRole('button', { name: 'Suspendre' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Suspendre' }).click();
  await expect(dialog.getByText('Il faut un motif').first()).toBeVisible();
  await accessible(page, 'suspending without a reason');
  await dialog.getByLabel('Motif').fill('Facture impayée');
  await dialog.getByRole('button', { name: 'Suspendre' }).click();
  await expect(page.getByText('Suspendue', { exact: true })).toBeVisible();
  await expect(page.getByText('Facture impayée')).toBeVisible();
  await page.getByRole('button', { name: 'Rétablir' }).click();
  await dialog.getByRole('button', { name: 'Rétablir' }).click();
  await expect(page.getByText('Active', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Faire partir' }).click();
  await dialog.getByLabel('Motif').fill('Fin du contrat');
  await dialog.getByRole('button', { name: 'Faire partir' }).click();
  await expect(dialog.getByText(`Pour confirmer, tapez « ${slug} »`).first()).toBeVisible();
  await dialog.getByLabel(/Pour confirmer/).fill(slug);
  await dialog.getByRole('button', { name: 'Faire partir' }).click();
  await expect(page.getByText('S’en va', { exact: true })).toBeVisible();
  await expect(page.getByText('Effacement le')).toBeVisible();
  await page.getByLabel('Numéro de son compte').fill('inconnu');
  await page.getByRole('button', { name: 'Réinitialiser' }).click();
  await expect(page.getByText('Aucun membre de l’équipe ne porte ce numéro').first()).toBeVisible();
  await page.goto('/operator/');
  await expect(page.getByRole('listitem').first()).toBeVisible();
  await accessible(page, 'communes');
  await shot(page, 'operator-communes');
});
