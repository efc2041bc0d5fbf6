// An administrator invites the staff, launches step by step, and looks at what was used and done.

import { bothWays, call, type enrol, test } from './desk.ts';
import { accessible, expect, freshEmail, messages, shot } from './fixtures.ts';

// What a rule refuses is answered with 422 or 409, what is not there with 404.
test.use({ expectedErrors: [/status of (404|409|422)/] });

test('somebody is invited, changed and taken off; the last administrator stays', async ({ page, desk, request }) => {
  const as = desk.administrator;
  await page.goto(`/${desk.id}/console/staff`);
  await expect(page.getByText('1 sur 20 places utilisées')).toBeVisible();
  await expect(page.getByText('Aucune invitation en attente.')).toBeVisible();
  await page.getByRole('button', { name: 'Inviter quelqu’un' }).click();
  const dialog = page.getByRole('dialog');
  const email = freshEmail('agent');
  await dialog.getByLabel('Adresse électronique').fill(email);
  await dialog.getByLabel('Nom', { exact: true }).fill('Bruno Balayeur');
  await dialog.getByRole('button', { name: 'Envoyer l’invitation' }).click();
  await expect(dialog.getByText('Choisissez au moins un service').first()).toBeVisible();
  await accessible(page, 'inviting');
  await shot(page, 'staff-invite');
  await dialog.getByRole('checkbox', { name: /Mairie/i }).check();
  await dialog.getByRole('button', { name: 'Envoyer l’invitation' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: email })).toContainText('Bruno Balayeur');
  await expect(page.getByText('2 sur 20 places utilisées')).toBeVisible();
  await expect.poll(async () => (await messages(request, email)).length).toBe(1);
  const token = (await messages(request, email))[0]?.text.match(/#(\S+)/)?.[1];
  const resident = await signInAs(request, desk.id, email);
  await call(request, 'POST', `/v1/${desk.id}/staff/invitations/accept`, { as: resident, data: { token } });

  await page.reload();
  const row = page.getByRole('listitem').filter({ hasText: 'Bruno Balayeur' });
  await expect(row).toContainText('Agent');
  await row.getByRole('button', { name: 'Modifier Bruno Balayeur' }).click();
  await dialog.getByRole('radio', { name: /Élu/ }).check();
  await dialog.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(row).toContainText('Élu');
  await row.getByRole('button', { name: 'Réinitialiser le code' }).click();
  await dialog.getByRole('button', { name: 'Réinitialiser le code' }).click();
  await expect(dialog.getByText('n’a pas encore d’application').or(page.getByText('pourra enregistrer'))).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Modifier Agnès Adjointe' }).click();
  await dialog.getByRole('radio', { name: /Élu/ }).check();
  await dialog.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(dialog.getByText('C’est la seule personne qui administre')).toBeVisible();
  await page.keyboard.press('Escape');
  await row.getByRole('button', { name: 'Retirer Bruno Balayeur' }).click();
  await accessible(page, 'asking before taking somebody off');
  await dialog.getByRole('button', { name: 'Retirer de l’équipe' }).click();
  await expect(row).toHaveCount(0);

  // Many are still found.
  for (let n = 0; n < 13; n++) {
    const data = { email: freshEmail('elu'), name: `Conseillère numéro ${n}`, role: 'elected_member', services: [] };
    await call(request, 'POST', `/v1/${desk.id}/staff/invitations`, { as, data });
  }
  await page.reload();
  await expect(page.getByText('14 sur 20 places utilisées')).toBeVisible();
  await bothWays(page, 'staff', 'staff');
  await page.getByRole('button', { name: 'Annuler l’invitation de Conseillère numéro 7' }).click();
  await dialog.getByRole('button', { name: 'Annuler l’invitation' }).click();
  await expect(page.getByText('13 sur 20 places utilisées')).toBeVisible();
});

test('a training is begun, a code printed, and everything wiped', async ({ page, desk }) => {
  await page.goto(`/${desk.id}/console/launch`);
  await expect(page.locator('[aria-current="step"]').filter({ hasText: 'Préparation' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Avant d’ouvrir' })).toBeVisible();
  await expect(page.getByText('Aucun code pour l’instant.')).toBeVisible();
  await expect(page.getByText('Il faut d’abord une zone.')).toBeVisible();
  await accessible(page, 'launch in draft');
  await shot(page, 'launch-draft');
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Commencer un entraînement' }).click();
  await accessible(page, 'asking before a training');
  await dialog.getByRole('button', { name: 'Commencer un entraînement' }).click();
  await expect(page.locator('[aria-current="step"]').filter({ hasText: 'Entraînement' })).toBeVisible();

  await page.getByRole('button', { name: 'Créer un code' }).click();
  await dialog.getByLabel('Nombre de personnes au plus').fill('0');
  await dialog.getByLabel('Pour qui').fill('Conseil de quartier');
  await dialog.getByRole('button', { name: 'Créer un code' }).click();
  await expect(dialog.getByText('De 1 à 10 000 personnes.').first()).toBeVisible();
  await dialog.getByLabel('Nombre de personnes au plus').fill('30');
  await dialog.getByRole('button', { name: 'Créer un code' }).click();
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible();
  await bothWays(page, 'an invite code', 'launch-code');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listitem').filter({ hasText: 'Conseil de quartier' })).toContainText(
    '0 sur 30 utilisés',
  );
  await page.getByRole('button', { name: 'Retirer le code « Conseil de quartier »' }).click();
  await dialog.getByRole('button', { name: 'Retirer' }).click();
  await expect(page.getByText('Le code est retiré.')).toBeVisible();

  for (const [piece, file] of [
    ['Affiche', 'affiche.pdf'],
    ['Dépliant', 'depliant.pdf'],
    ['Bannière', 'banniere.png'],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: `Télécharger : ${piece}` }).click();
    expect((await download).suggestedFilename()).toBe(`${desk.id}-${file}`);
  }

  await page.getByRole('button', { name: 'Terminer l’entraînement' }).click();
  const wipe = dialog.getByRole('button', { name: 'Tout effacer' });
  await expect(wipe).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel(/Pour confirmer/).fill('effacer');
  await accessible(page, 'asking before the wipe');
  await shot(page, 'launch-wipe');
  await wipe.click();
  await expect(page.getByText(/éléments effacés/)).toBeVisible();
});

test('a pilot is drawn up, opened to all and paused', async ({ page, desk, request }) => {
  const as = desk.administrator;
  const settings = await call(request, 'GET', `/v1/${desk.id}/settings`, { as });
  const ring = [
    [5.55, 43.64],
    [5.59, 43.64],
    [5.59, 43.7],
    [5.55, 43.7],
    [5.55, 43.64],
  ];
  const zone = { id: 'moulin', name: 'Le Moulin', boundary: { type: 'Polygon', coordinates: [ring] }, archived: false };
  const data = { ...settings, zones: [zone] };
  await call(request, 'PUT', `/v1/${desk.id}/settings`, { as, headers: { 'if-match': '"1"' }, data });
  await page.goto(`/${desk.id}/console/launch`);
  await page.getByLabel(/Date d’ouverture/).fill('2027-03-01');
  await page.getByLabel(/Message à qui/).fill('Nous commençons par le Moulin.');
  await page.getByRole('checkbox', { name: /Le Moulin/ }).check();
  await page.getByRole('checkbox', { name: /Éclairage/ }).check();
  await page.getByRole('checkbox', { name: /code d’invitation/ }).check();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Commencer un pilote' }).click();
  await dialog.getByRole('button', { name: 'Commencer un pilote' }).click();
  await expect(page.locator('[aria-current="step"]').filter({ hasText: 'Pilote' })).toBeVisible();
  const launch = await call(request, 'GET', `/v1/${desk.id}/launch`, { as });
  expect(launch).toMatchObject({
    phase: 'pilot',
    launch_on: '2027-03-01',
    message: 'Nous commençons par le Moulin.',
    pilot: { zones: ['moulin'], categories: ['eclairage'], invite_only: true },
  });
  await bothWays(page, 'a pilot', 'launch-pilot');

  await page.getByRole('button', { name: 'Nommer un ambassadeur' }).click();
  await dialog.getByLabel('Numéro de son compte').fill('pas un numéro');
  await dialog.getByRole('checkbox', { name: 'Le Moulin' }).check();
  await dialog.getByRole('button', { name: 'Nommer un ambassadeur' }).click();
  await expect(dialog.getByText('Aucun compte ne porte ce numéro').first()).toBeVisible();
  await accessible(page, 'naming an ambassador');
  const resident = await signInAs(request, desk.id, freshEmail());
  await dialog.getByLabel('Numéro de son compte').fill(resident.account);
  await dialog.getByRole('button', { name: 'Nommer un ambassadeur' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: resident.account })).toContainText('Le Moulin');

  await call(request, 'POST', `/v1/${desk.id}/launch/interest`, { as: resident, data: {} });
  await page.reload();
  await expect(page.getByText('1 personne attend d’être prévenue de l’ouverture.')).toBeVisible();
  await page.getByRole('button', { name: 'Ouvrir à tous' }).click();
  await dialog.getByRole('button', { name: 'Ouvrir à tous' }).click();
  await expect(page.locator('[aria-current="step"]').filter({ hasText: 'Ouvert à tous' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Avant d’ouvrir' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Mettre en pause' }).click();
  await dialog.getByRole('button', { name: 'Mettre en pause' }).click();
  await expect(page.locator('[aria-current="step"]').filter({ hasText: 'En pause' })).toBeVisible();
});

test('usage, an export and adoption', async ({ page, desk }) => {
  const console = `/${desk.id}/console`;
  await page.goto(`${console}/usage`);
  await expect(page.getByText('0 sur 2 000 (0 %)')).toBeVisible();
  await bothWays(page, 'usage', 'usage');
  await page.getByLabel('Mois').selectOption({ index: 1 });
  await expect(page.getByText('0 sur 2 000 (0 %)')).toBeVisible();
  await page.getByRole('button', { name: 'Préparer un export' }).click();
  await expect(page.getByText(/L’export (se prépare|est prêt)/)).toBeVisible();

  await page.goto(`${console}/adoption`);
  await expect(page.getByRole('table')).toContainText('Nouveaux comptes');
  await bothWays(page, 'adoption', 'adoption');
});

test('suspensions and the log', async ({ page, desk }) => {
  const console = `/${desk.id}/console`;
  await page.goto(`${console}/bans`);
  await expect(page.getByText('Personne n’est suspendu.')).toBeVisible();
  await page.getByRole('button', { name: 'Suspendre quelqu’un' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /Adresse IP/ }).check();
  await dialog.getByLabel('Adresse IP', { exact: true }).fill('pas une adresse');
  await dialog.getByLabel('Motif').fill('Envois automatiques répétés');
  await dialog.getByRole('button', { name: 'Suspendre quelqu’un' }).click();
  await expect(dialog.getByText('Ce n’est pas une adresse IP').first()).toBeVisible();
  await accessible(page, 'suspending somebody');
  await shot(page, 'bans-new');
  await dialog.getByLabel('Adresse IP', { exact: true }).fill('192.0.2.7');
  await dialog.getByRole('button', { name: 'Suspendre quelqu’un' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Envois automatiques répétés' });
  await expect(row).toContainText('Réseau');
  await accessible(page, 'suspensions');
  await shot(page, 'bans');
  await row.getByRole('button', { name: /Lever/ }).click();
  await dialog.getByRole('button', { name: 'Lever' }).click();
  await expect(page.getByText('Personne n’est suspendu.')).toBeVisible();

  await page.goto(`${console}/audit`);
  await expect(page.getByRole('listitem').filter({ hasText: 'Suspension décidée' })).toContainText('Agnès Adjointe');
  await page.getByRole('listitem').filter({ hasText: 'Suspension décidée' }).getByRole('button').click();
  await expect(page.getByText(/Envois automatiques/).first()).toBeVisible();
  await accessible(page, 'the log');
  await shot(page, 'audit');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Exporter le journal' }).click();
  expect((await download).suggestedFilename()).toBe(`${desk.id}-journal.ndjson`);
});

/** A resident of the commune, without a second factor. */
async function signInAs(request: Parameters<typeof enrol>[0], commune: string, email: string) {
  const seen = (await messages(request, email)).length;
  await call(request, 'POST', `/v1/${commune}/challenges`, { data: { contact: { email } } });
  await expect.poll(async () => (await messages(request, email)).length).toBeGreaterThan(seen);
  const code = (await messages(request, email)).at(-1)?.text.match(/\b\d{6}\b/)?.[0];
  const session = await call(request, 'POST', `/v1/${commune}/sessions`, { data: { contact: { email }, code } });
  return {
    commune,
    email,
    account: session.account.id,
    token: session.access_token,
    refresh: '',
    until: Number.POSITIVE_INFINITY,
    secret: '',
    recovery: [],
  };
}
