// An administrator invites the staff, launches step by step, and looks at what was used and done.

import { readFileSync } from 'node:fs';
import type { APIRequestContext, Page } from '@playwright/test';
import { photo, report, resident } from '../world.mjs';
import { bothWays, call, type enrol, signedIn, test } from './desk.ts';
import { accessible, expect, freshEmail, freshPhone, messages, shot } from './fixtures.ts';

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
    const begins = file.endsWith('pdf') ? '%PDF-' : '\x89PNG';
    expect(readFileSync(await (await download).path()).toString('latin1', 0, begins.length)).toBe(begins);
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
  await page.getByLabel(/Date d’ouverture/).fill('2031-03-03');
  await page.getByLabel(/Message à qui/).fill('Nous commençons par le Moulin.');
  const map = page.getByRole('application', { name: 'Carte des zones' });
  await expect(map.locator('.zone-name')).toHaveText('Le Moulin');
  await expect(map.locator('.zone-beside.marked')).toHaveCount(0);
  await page.getByRole('checkbox', { name: /Le Moulin/ }).check();
  await expect(map.locator('.zone-beside.marked')).toHaveCount(1);
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
    launch_on: '2031-03-03',
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

test('what a commune used is counted, warned about and exported, for it and for its operator', async ({
  page,
  desk,
  operator,
  request,
  baseURL,
}, info) => {
  test.skip(info.project.name !== 'desk', 'an export takes its time, and is no matter of size');
  test.setTimeout(180_000);
  const as = desk.administrator;
  const put = async (path: string, data: unknown) => {
    const version = (await request.get(path, { headers: { authorization: `Bearer ${as.token}` } })).headers().etag;
    await call(request, 'PUT', path, { as, headers: { 'if-match': version ?? '' }, data });
  };
  await put(`/v1/${desk.id}/launch`, { phase: 'live' });
  const who = await resident(baseURL ?? '', desk.id);
  const { id } = await report(baseURL ?? '', who, [await photo(page)], 'Le banc du lavoir est cassé.');
  const answer = { text: 'Nous le réparons lundi.' };
  await call(request, 'POST', `/v1/${desk.id}/reports/${id}/comments`, { as, data: answer });
  for (let n = 0; n < 4; n++)
    await call(request, 'POST', `/v1/${desk.id}/challenges`, { data: { contact: { phone: freshPhone() } } });
  const usage = () => call(request, 'GET', `/v1/${desk.id}/usage`, { as });
  await expect.poll(async () => (await usage()).reports).toBe(1);
  await expect.poll(async () => (await usage()).photo_bytes_stored).toBeGreaterThan(0);
  const { sms_parts: sms, photo_bytes_stored: stored } = await usage();
  expect(sms).toBeGreaterThanOrEqual(4);
  const plan = (data: object) => call(request, 'PUT', `/v1/operator/communes/${desk.id}/plan`, { as: operator, data });
  const some = { name: 'Essai', staff_seats: 20 };

  const console = `/${desk.id}/console`;
  const parts = (label: string) => page.locator('section.share', { has: page.getByRole('heading', { name: label }) });
  const fact = (name: string) => page.locator('.facts > div', { has: page.getByText(name, { exact: true }) });
  await page.goto(`${console}/usage`);
  await expect(parts('SMS')).toContainText(`${sms} sur 2 000 (0 %)`);
  await expect(page.locator('.share .notice')).toHaveCount(0);
  await plan({ ...some, sms_a_month: Math.floor(sms / 0.8), photo_bytes: Math.ceil(stored / 0.85) });
  await page.reload();
  await expect(parts('SMS')).toContainText(`${sms} sur ${Math.floor(sms / 0.8)} (80 %)`);
  await expect(parts('SMS').locator('.notice')).toContainText('bientôt épuisé');
  await expect(parts('Place pour les photos')).toContainText('(85 %)');
  await expect(parts('Place pour les photos').locator('.notice')).toContainText('bientôt pleine');
  await bothWays(page, 'usage', 'usage');
  await plan({ ...some, sms_a_month: sms, photo_bytes: stored });
  await page.reload();
  await expect(parts('SMS').locator('.notice')).toContainText('Le budget du mois est épuisé');
  await expect(parts('Place pour les photos').locator('.notice')).toContainText('La place est pleine');
  await expect(fact('Signalements reçus')).toContainText('1');
  await expect(fact('Habitants actifs')).toContainText('1');
  await expect(fact('Abonnement')).toContainText('Essai, 20 places');
  await bothWays(page, 'a plan that is used up', 'usage-over');
  await page.getByLabel('Mois').selectOption({ index: 1 });
  await expect(parts('SMS')).toContainText(`0 sur ${sms} (0 %)`);
  await expect(fact('Signalements reçus')).toContainText('0');

  await page.getByRole('button', { name: 'Préparer un export' }).click();
  await fetched(page, request);

  await page.goto(`${console}/adoption`);
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.first()).toContainText('SignalementsRépondusNouveaux comptes');
  await expect(rows.nth(1).getByRole('cell')).toHaveText(['1', '1', '2', /min$/, '–', '0']);
  await bothWays(page, 'adoption', 'adoption');

  await signedIn(page, operator);
  await page.goto(`/operator/communes/${desk.id}`);
  await expect(fact('Signalements')).toContainText('1');
  await expect(fact('SMS facturés')).toContainText(String(sms));
  await fetched(page, request);
});

/** What was ordered is ready in the end, and is what its name says. */
async function fetched(page: Page, request: APIRequestContext) {
  const link = page.locator('.export a[download]').first();
  await expect(link).toBeVisible({ timeout: 90_000 });
  const file = await (await request.get((await link.getAttribute('href')) ?? '')).body();
  expect(file.subarray(0, 4)).toEqual(Buffer.from('PK\x03\x04'));
  // Names of files stand in a zip as they are.
  expect(['report.jsonl', 'signalements.csv'].filter((name) => !file.includes(name))).toEqual([]);
}

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
  const lines = readFileSync(await (await download).path(), 'utf8')
    .trimEnd()
    .split('\n');
  expect(JSON.stringify(lines.map((line) => JSON.parse(line)))).toContain('Envois automatiques répétés');
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
