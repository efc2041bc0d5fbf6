// A report's page: where it stands, and what its author and others do with it.

import type { Route } from '@playwright/test';
import { accessible, COMMUNE, expect, shot } from './fixtures.ts';
import { asResident, change, photo, resident, send, withoutTiles } from './read-people.ts';
import { test } from './staff.ts';

// Signing an administrator in, which the first story of a run does for all, may take a minute.
test.describe.configure({ timeout: 180_000 });
test.beforeEach(({ page }) => withoutTiles(page));

const address = (id: string) => `/${COMMUNE}/reports/${id}`;

test('it says where it stands, what comes next and what happened', async ({ page, request, staff }) => {
  const who = await resident(request);
  const photos = [await photo(request, who.token, [180, 120, 60]), await photo(request, who.token, [60, 120, 180])];
  const { id, words } = await send(request, who, { photos });
  const agent = await staff('agent', ['techniques']);
  const note = 'Le revêtement sera repris par notre équipe.\nMerci de votre patience.';
  await change(request, agent, id, { to: 'scheduled', scheduled_for: '2031-03-14', note });
  await asResident(page, who);
  await page.goto(address(id));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Voirie et trottoirs');
  await expect(page.getByText('Intervention prévue le 14 mars 2031.')).toBeVisible();
  await expect(page.getByText(words)).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Planifié' })).toContainText('repris par notre équipe');
  await expect(page.locator('.map .marker')).toBeVisible();
  await accessible(page, 'a report');
  await shot(page, 'report');

  const small = page.getByRole('button', { name: 'Photos – Agrandir la photo 1 sur 2' });
  await small.click();
  await expect(page.getByRole('dialog', { name: 'Photos – Photo 1 sur 2' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('dialog', { name: 'Photos – Photo 2 sur 2' })).toBeVisible();
  await accessible(page, 'a large photo');
  await shot(page, 'photo');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(small).toBeFocused();

  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation', { name: 'Menu principal' })).toBeHidden();
  await expect(page.getByRole('button', { name: 'Imprimer' })).toBeHidden();
  await expect(page.getByText(`Page : `)).toBeVisible();
  await shot(page, 'print');
});

test('it says by when the commune means to be done, and when that day has passed', async ({ page, request }) => {
  const { id } = await send(request, await resident(request));
  const { expected } = await (await request.get(`/v1${address(id)}`)).json();
  const day = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(expected));
  const until = page.getByText(`La mairie prévoit d’avoir terminé d’ici au ${day}.`);
  const over = page.getByText(`La mairie prévoyait d’avoir terminé le ${day}. Cette date est passée.`);
  // The whole of that day is still in time.
  for (const [now, shown, not] of [
    [new Date(), until, over],
    [`${expected}T20:00:00Z`, until, over],
    [Date.parse(`${expected}T20:00:00Z`) + 6 * 3_600_000, over, until],
  ] as const) {
    await page.clock.setFixedTime(now);
    await page.goto(address(id));
    await expect(shown).toBeVisible();
    await expect(not).toHaveCount(0);
  }
  await accessible(page, 'a date that has passed');
});

test('the author answers what the commune asks', async ({ page, request, staff }) => {
  const who = await resident(request);
  const { id } = await send(request, who);
  const agent = await staff('agent', ['techniques']);
  await change(request, agent, id, { to: 'awaiting_reporter', note: 'De quel côté de la rue ?' });
  await asResident(page, who);
  await page.goto(address(id));
  await expect(page.getByText(/^Répondez avant le /)).toBeVisible();
  await accessible(page, 'a question of the commune');
  await shot(page, 'awaiting');
  await page.getByRole('button', { name: 'Répondre à la mairie' }).click();
  await expect(page.getByText('Écrivez quelques mots.').first()).toBeVisible();
  await expect(page.getByLabel('Votre réponse')).toBeFocused();
  await page.getByLabel('Votre réponse').fill('Du côté du lavoir.');
  await page.getByRole('button', { name: 'Répondre à la mairie' }).click();
  await expect(page.getByText('Merci, votre réponse est envoyée.')).toBeVisible();
  await expect(page.getByText('La mairie étudie ce signalement.')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Du côté du lavoir.' })).toContainText('Vous');
});

test('the author says that it is not solved, with before and after to see', async ({ page, request, staff }) => {
  const who = await resident(request);
  const { id } = await send(request, who, { photos: [await photo(request, who.token, [90, 60, 40])] });
  const agent = await staff('agent', ['techniques']);
  const done = await photo(request, agent.token, [90, 160, 90]);
  await change(request, agent, id, { to: 'resolved', note: 'Le trou est rebouché.', photos: [done] });
  await asResident(page, who);
  // For fourteen days.
  const after = (days: number) => page.clock.setFixedTime(Date.now() + days * 86_400_000);
  await after(15);
  await page.goto(address(id));
  await expect(page.getByText('La mairie a terminé.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ce n’est pas résolu' })).toHaveCount(0);
  await after(13);
  await page.reload();
  await expect(page.getByText('La mairie a terminé.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Avant' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Après' })).toBeVisible();
  await accessible(page, 'a solved report');
  await shot(page, 'resolved');
  await page.getByRole('button', { name: 'Ce n’est pas résolu' }).click();
  await page.getByLabel('Qu’est-ce qui ne va pas encore ?').fill('Il se recreuse déjà.');
  await page.getByRole('button', { name: 'Le dire à la mairie' }).click();
  await expect(page.getByText('La mairie est prévenue que ce n’est pas résolu.')).toBeVisible();
  await expect(page.locator('.standing .status')).toHaveText('Réouverture demandée');
});

test('the author takes it back after a question', async ({ page, request }) => {
  const who = await resident(request);
  const { id } = await send(request, who);
  await asResident(page, who);
  await page.goto(address(id));
  const button = page.getByRole('button', { name: 'Retirer mon signalement' });
  await button.click();
  await accessible(page, 'the question before taking back');
  await page.getByRole('button', { name: 'Annuler' }).click();
  await expect(button).toBeFocused();
  await button.click();
  await page.getByRole('button', { name: 'Oui, le retirer' }).click();
  await expect(page.locator('.standing .status')).toHaveText('Clos');
  await expect(page.getByText('Motif : Retiré.')).toBeVisible();
});

test('somebody else follows it, comments, and shares its address', async ({ page, context, request }) => {
  const { id } = await send(request, await resident(request));
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await asResident(page, await resident(request));
  await page.goto(address(id));
  await page.getByRole('button', { name: 'Suivre', exact: true }).click();
  await expect(page.getByText('2 personnes suivent')).toBeVisible();
  await page.getByLabel('Votre commentaire').fill('Ma roue y est passée aussi.');
  await page.getByRole('button', { name: 'Envoyer' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Ma roue y est passée' })).toContainText('Un habitant');
  await expect(page.getByLabel('Votre commentaire')).toHaveValue('');
  await page.getByRole('button', { name: 'Ne plus suivre' }).click();
  await expect(page.getByText('1 personne suit')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Retirer mon signalement' })).toHaveCount(0);
  // Phones have their own way to share; what is copied elsewhere is the page's address.
  if (await page.evaluate(() => !navigator.share)) {
    await page.getByRole('button', { name: 'Partager' }).click();
    await expect(page.getByText('L’adresse est copiée.')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  }
});

test('an answer that was asked for before a change does not take back what the change showed', async ({
  page,
  request,
}) => {
  const { id } = await send(request, await resident(request));
  await asResident(page, await resident(request));
  await page.goto(address(id));
  const follow = page.getByRole('button', { name: 'Suivre', exact: true });
  await expect(follow).toBeVisible();
  let [read, release] = [false, () => {}];
  const gate = new Promise<void>((open) => {
    release = open;
  });
  const late = async (route: Route) => {
    const response = await route.fetch();
    read = true;
    await gate;
    await route.fulfill({ response });
  };
  await page.route(`**/v1${address(id)}`, late, { times: 1 });
  // As when a notification about it is pressed.
  await page.evaluate(() => {
    const data = { news: location.pathname };
    navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data }));
  });
  await expect.poll(() => read).toBe(true);
  await follow.click();
  await expect(page.getByText('2 personnes suivent')).toBeVisible();
  const answered = page.waitForResponse(`**/v1${address(id)}`);
  release();
  await (await answered).finished();
  // Two frames later it would have been drawn.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(page.getByText('2 personnes suivent')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ne plus suivre' })).toBeVisible();
});

test('a duplicate and its original lead to each other', async ({ page, request, staff }) => {
  const who = await resident(request);
  const [first, second] = [await send(request, who), await send(request, who)];
  const agent = await staff('agent', ['techniques']);
  const closed = { to: 'closed', close_reason: 'duplicate', duplicate_of: first.id };
  await change(request, agent, second.id, closed);
  await page.goto(address(second.id));
  await expect(page.getByText('Motif : Déjà signalé.')).toBeVisible();
  await page.getByRole('link', { name: 'le premier signalement' }).click();
  await expect(page.getByText(first.words)).toBeVisible();
  await page.getByRole('link', { name: 'signalement 1' }).click();
  await expect(page.getByText(second.words)).toBeVisible();
});

test.describe('a report that is not there', () => {
  test.use({ expectedErrors: [/404/] });
  test('says so and how its author finds it', async ({ page }) => {
    await page.goto(address('01a00000-0000-7000-8000-000000000000'));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ce signalement n’est pas visible');
    await expect(page.getByRole('main').getByRole('link', { name: 'Se connecter' })).toHaveAttribute('href', /next=/);
    await accessible(page, 'no such report');
    await shot(page, 'unseen');
  });
});
