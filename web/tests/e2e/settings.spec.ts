// An administrator sets the commune up: each section saves by itself, nothing typed is lost, and changes can be taken back.

import type { Locator, Page } from '@playwright/test';
import { signOut } from './console-people.ts';
import { bothWays, call, test, totp } from './desk.ts';
import { accessible, code, expect, messages, shot } from './fixtures.ts';

const settings = (commune: string, path = '') => `/${commune}/console/settings${path}`;
// What a rule refuses and what somebody else changed are answered with 422 and 412.
test.use({ expectedErrors: [/status of (404|409|412|422)/] });

const save = (page: Page) => page.getByRole('button', { name: 'Enregistrer', exact: true }).click();

test('the general settings are saved, told, and taken back', async ({ page, desk, request }) => {
  await page.goto(settings(desk.id));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Réglages');
  await expect(page.getByRole('link', { name: /Catégories/ })).toContainText('8 catégories');
  await accessible(page, 'settings');
  await shot(page, 'settings-home');
  await page.getByRole('link', { name: /Général/ }).click();
  const name = page.getByLabel('Nom de la commune');
  await expect(name).toHaveValue(desk.name);
  await accessible(page, 'general');
  await shot(page, 'settings-general');
  await name.fill('');
  await save(page);
  await expect(page.getByText('Il faut un nom').first()).toBeVisible();
  await expect(name).toBeFocused();
  await accessible(page, 'general with an error');
  await shot(page, 'settings-general-error');
  await name.fill('Essai-les-Bains');
  await page.getByRole('checkbox', { name: /Observation/ }).check();
  await save(page);
  await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
  const after = await call(request, 'GET', `/v1/${desk.id}/settings`, { as: desk.administrator });
  expect(after.name).toBe('Essai-les-Bains');
  expect(after.kinds).toContain('observation');
  await page.getByRole('button', { name: 'Annuler cette action' }).click();
  await expect(name).toHaveValue(desk.name);
});

test.describe('without a network', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|Failed to load resource/] });
  test('what cannot be taken back is told in words', async ({ page, desk, context }) => {
    await page.goto(settings(desk.id, '/general'));
    const name = page.getByLabel('Nom de la commune');
    await name.fill('Essai-les-Bains');
    await save(page);
    await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
    await context.setOffline(true);
    await page.getByRole('button', { name: 'Annuler cette action' }).click();
    await expect(page.getByText('Impossible de joindre le service')).toBeVisible();
    await context.setOffline(false);
  });
});

test('what is typed is not lost by a click, and another’s change is never written over', async ({
  page,
  desk,
  request,
}) => {
  const as = desk.administrator;
  const path = `/v1/${desk.id}/settings`;
  await page.goto(settings(desk.id, '/words'));
  const welcome = page.getByLabel(/^Bienvenue/);
  await welcome.fill('Bienvenue chez nous.\n\nÉcrivez-nous !');
  await page.getByText('Aperçu').click();
  await expect(page.getByText('Écrivez-nous !', { exact: true })).toBeVisible();
  await accessible(page, 'words with a preview');
  await shot(page, 'settings-words');
  await page.getByRole('link', { name: '← Réglages' }).click();
  await expect(page.getByRole('link', { name: /Textes/ })).toContainText('non enregistrées');
  await page.getByRole('link', { name: /Textes/ }).click();
  await expect(welcome).toHaveValue(/chez nous/);
  await expect(page.getByText('Voici ce que vous aviez commencé')).toBeVisible();

  // Somebody else changes something else: both stay.
  const change = async (fields: Record<string, unknown>) => {
    const answer = await request.get(path, { headers: { authorization: `Bearer ${as.token}` } });
    const version = answer.headers().etag ?? '';
    await call(request, 'PUT', path, {
      as,
      headers: { 'if-match': version },
      data: { ...(await answer.json()), ...fields },
    });
  };
  await change({ sms_sender: 'AUTRE' });
  await save(page);
  await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
  const both = await call(request, 'GET', path, { as });
  expect([both.sms_sender, both.texts.welcome]).toEqual(['AUTRE', 'Bienvenue chez nous.\n\nÉcrivez-nous !']);

  // The same: it is shown, and decided here.
  await change({ texts: { welcome: 'Écrit par une autre personne.' } });
  await welcome.fill('Ma phrase à moi.');
  await save(page);
  await expect(page.getByText('Agnès Adjointe a modifié cette même page')).toBeVisible();
  await expect(welcome).toHaveValue('Ma phrase à moi.');
  await bothWays(page, 'a conflict', 'settings-conflict');
  await page.getByRole('button', { name: 'Garder ma saisie' }).click();
  await save(page);
  await expect.poll(async () => (await call(request, 'GET', path, { as })).texts.welcome).toBe('Ma phrase à moi.');

  // The history tells it in words and takes the last change back.
  await page.goto(settings(desk.id, '/history'));
  await page.getByRole('button', { name: 'Voir ce qui a changé (version 5)' }).click();
  await expect(page.getByText(/« Écrit par une autre personne. » → « Ma phrase à moi. »/)).toBeVisible();
  await accessible(page, 'history');
  await shot(page, 'settings-history');
  await page.getByRole('button', { name: 'Annuler la dernière modification' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Annuler la dernière modification' }).click();
  await expect(page.getByText('Retour à la version 4')).toBeVisible();
});

test('what is typed is gone once its author has signed out', async ({ page, desk }) => {
  const { email, secret } = desk.administrator;
  await page.goto(settings(desk.id, '/words'));
  const welcome = page.getByLabel(/^Bienvenue/);
  const before = await welcome.inputValue();
  await welcome.fill('Ce que personne d’autre ne doit trouver.');
  await signOut(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');
  // The same tab, without loading the page anew.
  await page.getByLabel('Votre adresse électronique').fill(email);
  const seen = (await messages(page.request, email)).length;
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await page.getByLabel('Code reçu').fill(await code(page.request, email, seen));
  await page.getByRole('button', { name: 'Continuer' }).click();
  await page.getByLabel('Code de votre application').fill(totp(secret, Date.now() + 30_000));
  await page.getByRole('button', { name: 'Confirmer' }).click();
  await expect(page).toHaveURL(/settings\/words/);
  await expect(welcome).toHaveValue(before);
  await expect(page.getByText('Voici ce que vous aviez commencé')).toHaveCount(0);
});

test('colours are judged in words, and a logo is set and removed', async ({ page, desk }) => {
  await page.goto(settings(desk.id, '/looks'));
  const primary = page.getByRole('textbox', { name: 'Couleur principale', exact: true });
  await primary.fill('#ffe000');
  await expect(page.getByText(/Trop claire pour du texte blanc/)).toBeVisible();
  await save(page);
  await expect(page.getByText('Le texte blanc serait illisible').first()).toBeVisible();
  await shot(page, 'settings-looks-error');
  await primary.fill('#7a1f5c');
  await expect(page.getByText(/Bien lisible avec du texte blanc/)).toBeVisible();
  await save(page);
  await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
  await expect(page.getByText('Aucun logo pour l’instant.')).toBeVisible();
  const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const logo = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(pixel, 'base64') };
  await page.getByLabel('Ajouter un logo').setInputFiles(logo);
  await expect(page.getByRole('img', { name: /Logo de/ })).toBeVisible();
  await bothWays(page, 'looks', 'settings-looks');
  await page.getByLabel('Remplacer le logo').setInputFiles({ ...logo, buffer: Buffer.from('rien') });
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('button', { name: 'Retirer le logo' }).click();
  await expect(page.getByText('Aucun logo pour l’instant.')).toBeVisible();
});

test('a category is made, shown as residents see it, moved, archived', async ({ page, desk, request }) => {
  await page.goto(settings(desk.id, '/categories'));
  await expect(page.getByRole('listitem').filter({ hasText: 'Voirie' }).first()).toContainText('Sous 10 jours ouvrés');
  await accessible(page, 'categories');
  await shot(page, 'settings-categories');
  await page.getByRole('link', { name: 'Ajouter une catégorie' }).click();
  await save(page);
  await expect(page.getByLabel('Nom', { exact: true })).toBeFocused();
  await page.getByLabel('Nom', { exact: true }).fill('Frelons asiatiques');
  await page.getByRole('button', { name: 'Ajouter une question' }).click();
  const question = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Question 1' }) });
  await question.getByLabel('Question', { exact: true }).fill('Où est le nid ?');
  await question.getByLabel('Réponse', { exact: true }).selectOption('choice');
  await question.getByLabel('Réponses possibles').fill('Dans un arbre\nSous un toit\n');
  await question.getByRole('checkbox', { name: 'Réponse obligatoire' }).check();
  await page.getByRole('checkbox', { name: /Photo obligatoire/ }).check();
  const preview = page.getByRole('complementary', { name: /vu par l’habitant/ });
  await expect(preview.getByRole('radio', { name: 'Sous un toit' })).toBeDisabled();
  await bothWays(page, 'a new category', 'settings-category');
  await save(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Catégories');
  const up = page.getByRole('button', { name: 'Monter « Frelons asiatiques »' });
  await up.click();
  await up.click();
  await expect(up).toBeFocused();
  await save(page);
  await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
  const { categories } = await call(request, 'GET', `/v1/${desk.id}/settings`, { as: desk.administrator });
  expect(categories.map((c: { id: string }) => c.id).indexOf('frelons-asiatiques')).toBe(categories.length - 3);
  const made = categories.at(-3);
  expect(made.questions[0].kind.options.map((o: { id: string }) => o.id)).toEqual(['dans-un-arbre', 'sous-un-toit']);
  expect([made.photo_required, made.questions[0].required]).toEqual([true, true]);
  await page.getByRole('link', { name: 'Frelons asiatiques' }).click();
  await page.getByRole('checkbox', { name: /Archiver/ }).check();
  await save(page);
  await expect(page.getByRole('listitem').filter({ hasText: 'Frelons' })).toContainText('Archivé');
  await page.getByRole('link', { name: 'Frelons asiatiques' }).click();
  await page.getByRole('button', { name: 'Supprimer' }).click();
  await accessible(page, 'asking before removing');
  await page.getByRole('dialog').getByRole('button', { name: 'Supprimer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Catégories');
  await expect(page.getByRole('link', { name: 'Frelons asiatiques' })).toHaveCount(0);
});

/** Each question as it is asked: its words and controls. */
async function asked(questions: string[], form: Locator): Promise<string[]> {
  const found: string[] = [];
  for (const question of questions) {
    const field = form.locator('.field').filter({ has: form.page().getByText(question, { exact: true }) });
    await expect(field).toHaveCount(1);
    const controls = await field.locator('input, textarea, select').evaluateAll((all) =>
      all.map((one) => {
        const { tagName, type, inputMode, maxLength } = one as HTMLInputElement;
        return [tagName, type, inputMode, maxLength].join(' ');
      }),
    );
    found.push([(await field.ariaSnapshot()).replaceAll(' [disabled]', ''), ...controls].join('\n'));
  }
  return found;
}

test('what a category asks looks to its administrator as it does to residents', async ({ page, desk, request }) => {
  const path = `/v1/${desk.id}/settings`;
  const as = desk.administrator;
  const now = await call(request, 'GET', path, { as });
  const options = ['Chêne', 'Pin', 'Platane', 'Cyprès', 'Olivier', 'Autre'].map((label, n) => ({ id: `o${n}`, label }));
  const kinds = {
    'Sa hauteur ?': { type: 'number', min: 1, max: 40 },
    'Quel arbre ?': { type: 'choice', options },
    'Lesquels autour ?': { type: 'choices', options },
    'Est-il tombé ?': { type: 'yes_no' },
    'Quelle rue ?': { type: 'text', max: 80 },
    'Depuis quand ?': { type: 'text', max: 500 },
  };
  const questions = Object.entries(kinds).map(([label, kind], n) => ({ id: `q${n}`, label, required: n === 0, kind }));
  const categories = [{ ...now.categories[0], id: 'arbres', name: 'Arbres', questions }, ...now.categories];
  await call(request, 'PUT', path, { as, headers: { 'if-match': '"1"' }, data: { ...now, categories } });
  const words = Object.keys(kinds);
  await page.goto(settings(desk.id, '/categories/arbres'));
  const preview = page.getByRole('complementary', { name: /vu par l’habitant/ });
  await expect(preview.getByRole('textbox', { name: 'Sa hauteur ?' })).toBeDisabled();
  const previewed = await asked(words, preview);
  await bothWays(page, 'a category that asks everything', 'settings-category-all');
  const launch = `/v1/${desk.id}/launch`;
  const version =
    (await request.get(launch, { headers: { authorization: `Bearer ${as.token}` } })).headers().etag ?? '';
  await call(request, 'PUT', launch, { as, headers: { 'if-match': version }, data: { phase: 'live' } });
  await page.goto(`/${desk.id}/report`);
  await page.getByText('Arbres', { exact: true }).click();
  expect(await asked(words, page.getByRole('main'))).toEqual(previewed);
});

test('sixty categories stay usable', async ({ page, desk, request }) => {
  const path = `/v1/${desk.id}/settings`;
  const as = desk.administrator;
  const now = await call(request, 'GET', path, { as });
  const [first] = now.categories;
  const categories = Array.from({ length: 60 }, (_, n) => ({
    ...first,
    id: `categorie-${n}`,
    name: `Catégorie numéro ${n} au nom assez long pour tenir sur deux lignes d’un petit téléphone`,
  }));
  await call(request, 'PUT', path, { as, headers: { 'if-match': '"1"' }, data: { ...now, categories } });
  await page.goto(settings(desk.id, '/categories'));
  await page.getByLabel(/Chercher dans la liste/).fill('numéro 42');
  await expect(page.getByRole('list').getByRole('link', { name: /Catégorie numéro/ })).toHaveCount(1);
  await accessible(page, 'a long list, searched');
  await page.getByLabel(/Chercher dans la liste/).fill('zzz');
  await expect(page.getByText('Rien ne porte ce nom.')).toBeVisible();
  await page.getByLabel(/Chercher dans la liste/).fill('');
  await shot(page, 'settings-categories-many');
});

test('a service with hours, a zone by keyboard and by clicks', async ({ page, desk }) => {
  await page.goto(settings(desk.id, '/services/new'));
  await page.getByLabel('Nom', { exact: true }).fill('Espaces verts');
  await page.getByLabel(/Adresse interne/).fill('pas une adresse');
  await save(page);
  await expect(page.getByText('Cette adresse électronique n’est pas complète.').first()).toBeVisible();
  await page.getByLabel(/Adresse interne/).fill('verts@essai.example');
  await page.getByRole('checkbox', { name: /Ouvert au public/ }).check();
  await page.getByLabel('Ferme à').fill('08:00');
  await save(page);
  await expect(page.getByText('La fermeture doit venir après l’ouverture.').first()).toBeVisible();
  await page.getByLabel('Ferme à').fill('17:30');
  await page.getByRole('button', { name: 'Ajouter des jours exceptionnels' }).click();
  await page.getByLabel('Du', { exact: true }).fill('2031-05-01');
  await accessible(page, 'a service');
  await shot(page, 'settings-service');
  await save(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Services');
  await expect(page.getByRole('listitem').filter({ hasText: 'Espaces verts' })).toContainText('verts@essai.example');
  await accessible(page, 'services');

  await page.goto(settings(desk.id, '/zones'));
  await expect(page.getByText('Aucune zone')).toBeVisible();
  await page.getByRole('link', { name: 'Ajouter une zone' }).click();
  await page.getByLabel('Nom', { exact: true }).fill('Le Moulin');
  await save(page);
  await expect(page.getByText(/Dessinez le contour/).first()).toBeVisible();
  const centre = page.getByRole('button', { name: 'Poser un coin au centre de la carte' });
  await expect(centre).toBeFocused();
  await expect(centre).toHaveAccessibleDescription(/Dessinez le contour/);
  await page.getByText('Depuis un fichier ou au clavier').click();
  await page.getByLabel(/collez le GeoJSON/).fill('{"type":"Point","coordinates":[5.6,43.67]}');
  await expect(page.getByText('Aucun contour (polygone) lisible')).toBeVisible();
  const half = [
    [5.55, 43.64],
    [5.59, 43.64],
    [5.59, 43.7],
    [5.55, 43.7],
    [5.55, 43.64],
  ];
  await page
    .getByLabel(/collez le GeoJSON/)
    .fill(JSON.stringify({ type: 'Feature', geometry: { type: 'Polygon', coordinates: [half] } }));
  await expect(page.getByText('Contour de 5 points.')).toBeVisible();
  await accessible(page, 'a zone');
  await shot(page, 'settings-zone');
  await save(page);
  await expect(page.getByRole('link', { name: 'Le Moulin' })).toBeVisible();
  await page.getByRole('link', { name: 'Ajouter une zone' }).click();
  await page.getByLabel('Nom', { exact: true }).fill('La Gare');
  const map = page.getByRole('application', { name: 'Carte du contour' });
  await expect(map.getByRole('button', { name: 'Agrandir' })).toBeVisible();
  const box = await map.boundingBox();
  for (const [x, y] of [
    [0.6, 0.3],
    [0.8, 0.3],
    [0.8, 0.7],
  ] as const)
    await map.click({ position: { x: (box?.width ?? 0) * x, y: (box?.height ?? 0) * y } });
  await expect(page.getByText('3 coins.')).toBeVisible();
  await centre.click();
  await expect(page.getByText('4 coins.')).toBeVisible();
  await page.getByRole('button', { name: 'Retirer le dernier coin' }).click();
  await shot(page, 'settings-zone-drawn');
  await save(page);
  await expect(page.getByRole('link', { name: 'La Gare' })).toBeVisible();
});

test('rules decide which service gets what, and are tried before they are saved', async ({ page, desk, request }) => {
  const as = desk.administrator;
  const now = await call(request, 'GET', `/v1/${desk.id}/settings`, { as });
  const half = [
    [5.55, 43.64],
    [5.59, 43.64],
    [5.59, 43.7],
    [5.55, 43.7],
    [5.55, 43.64],
  ];
  const zones = [{ id: 'le-moulin', name: 'Le Moulin', boundary: { type: 'Polygon', coordinates: [half] } }];
  const services = [...now.services, { id: 'espaces-verts', name: 'Espaces verts' }];
  const data = { ...now, zones, services };
  await call(request, 'PUT', `/v1/${desk.id}/settings`, { as, headers: { 'if-match': '"1"' }, data });
  await page.goto(settings(desk.id, '/routing'));
  await page.getByRole('button', { name: 'Ajouter une règle' }).click();
  await page.getByLabel('Catégorie', { exact: true }).first().selectOption({ label: 'Éclairage public' });
  await page.getByRole('button', { name: 'Ajouter une règle' }).click();
  await page.getByLabel('Zone', { exact: true }).selectOption({ label: 'Le Moulin' });
  await page.getByLabel('Va au service').selectOption({ label: 'Espaces verts' });
  await expect(page.getByText('dans Le Moulin → Espaces verts').first()).toBeVisible();
  const trial = page.locator('.trial');
  await trial.getByLabel(/Catégorie/).selectOption({ label: 'Voirie et trottoirs' });
  await trial.getByLabel(/Lieu/).fill('43,67 ; 5,56');
  await trial.getByRole('button', { name: 'Essayer' }).click();
  await expect(page.getByRole('heading', { name: 'Irait à : Espaces verts' })).toBeVisible();
  await expect(page.getByText('La règle 2 décide')).toBeVisible();
  await page.getByText('1 règle laissée de côté').click();
  await expect(page.getByText(/Règle 1 .*: autre catégorie\./)).toBeVisible();
  await bothWays(page, 'routing and its trial', 'settings-routing');
  const around = await trial.getByRole('application').boundingBox();
  await trial
    .getByRole('application')
    .click({ position: { x: (around?.width ?? 0) / 2, y: (around?.height ?? 0) / 2 } });
  await expect(trial.getByLabel(/Lieu/)).not.toHaveValue('43,67 ; 5,56');
  await page.getByRole('button', { name: 'Monter « règle 2 »' }).click();
  await save(page);
  await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
  const { routing } = await call(request, 'GET', `/v1/${desk.id}/settings`, { as });
  expect(routing).toEqual([
    { zone: 'le-moulin', service: 'espaces-verts' },
    { category: 'eclairage', service: 'mairie' },
  ]);
});

test('how long things are kept', async ({ page, desk }) => {
  await page.goto(settings(desk.id, '/retention'));
  await expect(page.getByText('Rien pour l’instant.')).toBeVisible();
  await page.getByLabel(/Signalements clos/).fill('6');
  await save(page);
  await expect(page.getByText('De 12 à 120 mois.').first()).toBeVisible();
  await accessible(page, 'retention');
  await shot(page, 'settings-retention');
  await page.getByLabel(/Signalements clos/).fill('24');
  await save(page);
  await expect(page.getByText('Enregistré.', { exact: true })).toBeVisible();
});
