// A pilot by invitation: from the screen where one reports to the code, and to a report that is taken.

import { call, newCommune, test } from './desk.ts';
import { accessible, code, expect, freshEmail, shot } from './fixtures.ts';
import { withoutTiles } from './read-people.ts';

const BY_INVITATION = { phase: 'pilot', pilot: { zones: [], categories: [], invite_only: true } };

// A commune of its own is made, and its administrator enrolled.
test.describe.configure({ timeout: 120_000 });

test('who is invited gets from the refusal to a report; a sign-in alone is not offered twice', async ({
  page,
  request,
  operator,
}) => {
  const commune = await newCommune(request, operator);
  const v1 = `/v1/${commune.id}`;
  const as = commune.administrator;
  await call(request, 'PUT', `${v1}/launch`, { as, headers: { 'if-match': '"1"' }, data: BY_INVITATION });
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const invite = { label: 'Essai', limit: 1, expires_at: until };
  const { code: invitation } = await call(request, 'POST', `${v1}/launch/invites`, { as, data: invite });

  await withoutTiles(page);
  await page.goto(`/${commune.id}/report?kind=idea`);
  const main = page.getByRole('main');
  const title = page.getByRole('heading', { level: 1 });
  const signIn = main.getByRole('link', { name: 'Se connecter' });
  const haveCode = main.getByRole('link', { name: 'J’ai un code d’invitation' });
  await expect(title).toHaveText('Pas encore possible');
  await expect(main).toContainText('avec quelques habitants invités');
  await expect(main).toContainText('il faut un code d’invitation de la mairie');
  await expect(haveCode).toBeVisible();
  await accessible(page, 'a pilot, for a guest');
  await shot(page, 'report-invited-guest');
  await signIn.click();
  const email = freshEmail();
  await page.getByLabel('Votre numéro').fill(email);
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await page.getByLabel('Code à six chiffres').fill(await code(request, email));
  await main.getByRole('button', { name: 'Se connecter' }).click();

  // Signed in and not invited: the code is all that is left.
  await expect(title).toHaveText('Pas encore possible');
  await expect(signIn).toHaveCount(0);
  await accessible(page, 'a pilot, for who is not invited');
  await shot(page, 'report-invited-not-yet');
  await haveCode.click();
  await page.getByLabel('Code d’invitation').fill(invitation);
  await page.getByRole('button', { name: 'Utiliser ce code' }).click();
  await expect(page.getByText('Votre invitation est enregistrée')).toBeVisible();
  await page.getByRole('link', { name: 'Continuer' }).click();
  await expect(title).toHaveText('Proposer une idée');
  await page.getByLabel('Votre idée').fill('Un banc près de la fontaine.');
  await main.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await expect(title).toHaveText('C’est envoyé, merci !');
});

test.describe('on a bad network', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] });

  test('what could not be asked is asked when the network is back', async ({ page, context, request, operator }) => {
    const commune = await newCommune(request, operator);
    const as = commune.administrator;
    const launch = { as, headers: { 'if-match': '"1"' }, data: BY_INVITATION };
    await call(request, 'PUT', `/v1/${commune.id}/launch`, launch);
    await withoutTiles(page);
    const check = '**/launch/check**';
    await page.route(check, (route) => route.abort('internetdisconnected'));
    const failed = page.waitForEvent('requestfailed');
    await page.goto(`/${commune.id}/report?kind=idea`);
    await failed;
    const title = page.getByRole('heading', { level: 1 });
    await expect(title).toHaveText('Proposer une idée');
    await context.setOffline(true);
    await page.unroute(check);
    await context.setOffline(false);
    await expect(title).toHaveText('Pas encore possible');
  });
});
