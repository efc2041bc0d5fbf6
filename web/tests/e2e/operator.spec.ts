// An operator signs in with an authenticator, subscribes a commune, sets its plan, suspends and resumes it, lets it leave.

import { bothWays, call, newOperator, signedIn, someListed, subscribed, test, totp } from './desk.ts';
import { accessible, code, expect, freshEmail, shot } from './fixtures.ts';

// What a rule refuses is answered with 422, what is not there with 404.
test.use({ expectedErrors: [/status of (401|404|409|422)/] });

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
  await page.getByLabel('Adresse électronique').fill('x');
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await expect(page.getByText('Cette adresse électronique n’est pas complète.').first()).toBeVisible();
  await page.getByLabel('Adresse électronique').fill(email);
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await page.getByLabel('Code reçu par courriel').fill('000000');
  await page.getByRole('button', { name: 'Continuer' }).click();
  await expect(page.getByText('Ce code n’est pas le bon').first()).toBeVisible();
  await accessible(page, 'a wrong code');
  await page.getByLabel('Code reçu par courriel').fill(await code(request, email));
  await page.getByRole('button', { name: 'Continuer' }).click();
  await expect(page.getByRole('heading', { name: 'Enregistrez une application de codes' })).toBeVisible();
  await bothWays(page, 'registering an app', 'operator-register');
  const secret = (await page.locator('code.secret').textContent())?.replaceAll(' ', '');
  await page.getByLabel('Code de votre application').fill(totp(secret ?? ''));
  await page.getByRole('button', { name: 'Enregistrer l’application' }).click();
  await expect(page.getByRole('heading', { name: 'Vos codes de secours' })).toBeVisible();
  await accessible(page, 'recovery codes');
  await page.getByRole('button', { name: 'Je les ai notés' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Communes');
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await expect(page.getByLabel('Adresse électronique')).toBeVisible();
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
