// The console once its session is over: signed out in another tab, closed from elsewhere, or taken up by somebody else. Nobody
// reads what was on the screen, nobody finds what was typed, and nothing unsent is lost without a question.

import type { Page } from '@playwright/test';
import { CONSOLE, enter, signOut } from './console-people.ts';
import { accessible, COMMUNE, code, messages, shot } from './fixtures.ts';
import { noTiles } from './screens.ts';
import { expect, type Member, nextCode, report, test } from './staff.ts';
import { traces } from './traces.ts';

// Fresh staff are some twenty calls, and a code of an authenticator is good once.
test.describe.configure({ timeout: 200_000 });
// A session ends with a refusal, and so does asking for an authenticator that there is; in one story a note meets no network.
test.use({ expectedErrors: [/status of (400|401|409)|ERR_INTERNET_DISCONNECTED/] });

test.beforeEach(async ({ page }) => noTiles(page));

/** The codes are typed where they are asked for: on the page, or in the dialog over it. */
async function typeCode(page: Page, who: Member) {
  await page.getByLabel('Votre adresse électronique').fill(who.email);
  const seen = (await messages(page.request, who.email)).length;
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await page.getByLabel('Code reçu').fill(await code(page.request, who.email, seen));
  await page.getByRole('button', { name: 'Continuer' }).click();
}

async function typeFactor(page: Page, who: Member) {
  await page.getByLabel('Code de votre application').fill(await nextCode(who));
  await page.getByRole('button', { name: 'Confirmer' }).click();
}

/** Looks at a report and begins a note to colleagues. */
async function note(page: Page, id: string, words: string) {
  await page.goto(`${CONSOLE}/reports/${id}?do=note`);
  await page.getByLabel('Note pour vos collègues').fill(words);
}

test('who signs out in one tab is out in the other, and the next person finds nothing there', async ({
  page,
  context,
  staff,
  request,
}) => {
  const [first, second] = [await staff('agent', ['techniques']), await staff('agent', ['techniques'])];
  const sent = await report(request);
  await enter(page, first);
  await note(page, sent.id, 'Entre nous : ce voisin exagère.');
  const other = await context.newPage();
  await noTiles(other);
  await other.goto(`${CONSOLE}/`);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('À traiter');
  await signOut(other);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');
  await expect(page.locator('.said')).toHaveCount(0);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await accessible(page, 'signed out in another tab');
  // The same tab, without loading the page anew.
  await typeCode(page, second);
  await typeFactor(page, second);
  await expect(page.locator('.said')).toHaveText(sent.words);
  // The address opens the form.
  await expect(page.getByLabel('Note pour vos collègues')).toHaveValue('');
});

test('a session that ended is taken up where one was; nobody reads on meanwhile, or finds what was typed', async ({
  page,
  context,
  staff,
  request,
}) => {
  const [first, second] = [await staff('agent', ['techniques']), await staff('agent', ['techniques'])];
  const sent = await report(request);
  await page.clock.install();
  await page.clock.resume();
  await enter(page, first);
  const answer = page.getByLabel('Votre réponse');
  const reply = page.getByRole('button', { name: 'Répondre' });
  const again = page.getByRole('dialog', { name: 'Reconnectez-vous' });
  // Closed from elsewhere: the cookie counts no more, and the token in memory is for a quarter of an hour.
  const end = async () => {
    await context.clearCookies();
    await page.clock.fastForward('20:00');
  };
  await page.goto(`${CONSOLE}/reports/${sent.id}?do=answer`);
  await answer.fill('Bonjour, à propos de votre voisin');
  await page.getByRole('button', { name: 'Note interne' }).click();
  await page.getByLabel('Note pour vos collègues').fill('Entre nous : à voir avec Paul.');
  await end();
  await page.getByRole('button', { name: 'Enregistrer la note' }).click();
  await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
  await expect(again.getByLabel('Votre adresse électronique')).toBeVisible();
  const cover = await again.evaluate((dialog) => getComputedStyle(dialog, '::backdrop').backgroundColor);
  expect(cover, 'nothing is read through it').toMatch(/^rgb\(/);
  await accessible(page, 'signing in again');
  await shot(page, 'console-again');
  await page.emulateMedia({ colorScheme: 'dark' });
  await accessible(page, 'signing in again in the dark');
  await shot(page, 'console-again-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  // The same account goes on where it was: what was on its way asks for the second factor at once and goes, and what was
  // typed is there.
  await typeCode(page, first);
  await expect(again).toHaveCount(0);
  await typeFactor(page, first);
  await expect(page.getByRole('listitem').getByText('Entre nous : à voir avec Paul.')).toBeVisible();
  await reply.click();
  await expect(answer).toHaveValue('Bonjour, à propos de votre voisin');

  // Somebody else, in the same page, finds nothing of it.
  await end();
  await page.getByRole('button', { name: 'Note interne' }).click();
  await page.getByLabel('Note pour vos collègues').fill('Et encore.');
  await page.getByRole('button', { name: 'Enregistrer la note' }).click();
  await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
  await again.getByRole('button', { name: 'Fermer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');
  await expect(page.locator('.said')).toHaveCount(0);
  await typeCode(page, second);
  await typeFactor(page, second);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('À traiter');
  // Back, without loading the page anew.
  await page.goBack();
  await expect(page.locator('.said')).toHaveText(sent.words);
  await expect(answer).toHaveValue('');
  await expect(page.getByText('Et encore.')).toHaveCount(0);
});

test.describe('with something unsent', () => {
  test('it is asked about in any tab, and gone from all', async ({ page, context, staff, request }) => {
    const agent = await staff('agent', ['techniques']);
    const sent = await report(request);
    const words = `Passage prévu ${crypto.randomUUID().slice(0, 8)}`;
    await enter(page, agent);
    const question = (where: Page) => where.getByRole('dialog', { name: 'Des envois ne sont pas partis' });
    const [desk, own] = [await context.newPage(), await context.newPage()];
    for (const one of [desk, own]) await noTiles(one);
    await desk.goto(`${CONSOLE}/`);
    await expect(desk.getByRole('heading', { level: 1 })).toHaveText('À traiter');
    await own.goto(`/${COMMUNE}/me`);
    const leave = own.locator('#sign-out').getByRole('button', { name: 'Se déconnecter' });
    await expect(leave).toBeVisible();

    // The network is gone for this tab alone, as far as the note is concerned.
    await page.route('**/comments', (route) => route.abort('internetdisconnected'));
    await note(page, sent.id, words);
    await page.getByRole('button', { name: 'Enregistrer la note' }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.getByText('Attend le réseau ; partira tout seul.')).toBeVisible();

    await signOut(desk);
    await expect(question(desk).getByText('Un envoi attend encore sur cet appareil.')).toBeVisible();
    await question(desk).getByRole('button', { name: 'Annuler' }).click();
    await leave.click();
    await expect(question(own).getByText('Un envoi attend encore sur cet appareil.')).toBeVisible();
    await accessible(own, 'signing out in one’s space with something unsent in the console');
    await shot(own, 'me-leave');
    await question(own).getByRole('button', { name: 'Annuler' }).click();
    await expect(page.getByText('Attend le réseau ; partira tout seul.')).toBeVisible();
    expect(await traces(page, [words])).not.toEqual([]);

    await leave.click();
    await question(own).getByRole('button', { name: 'Me déconnecter quand même' }).click();
    for (const one of [page, desk]) {
      await expect(one.getByRole('heading', { level: 1 })).toHaveText('Connexion des agents');
      await expect(one.getByText(sent.words)).toHaveCount(0);
    }
    // The report itself is public, and on the page where residents arrive.
    await expect.poll(() => traces(page, [words, agent.account, agent.name])).toEqual([]);
  });
});
