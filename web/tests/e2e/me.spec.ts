// Signing in and out, and one's own space: channels, contacts, a copy of one's data, the end of the account.

import type { Page } from '@playwright/test';
import { accessible, COMMUNE, code, expect, freshEmail, freshPhone, messages, shot } from './fixtures.ts';
import { asResident, resident, send, withoutTiles } from './read-people.ts';
import { test } from './staff.ts';

// Signing an administrator in, which the first story of a run does for all, may take a minute.
test.describe.configure({ timeout: 180_000 });
test.beforeEach(({ page }) => withoutTiles(page));

const me = `/${COMMUNE}/me`;

/** Both steps of signing in. */
async function signIn(page: Page, contact: string) {
  await page.getByLabel('Votre numéro de mobile ou votre adresse e-mail').fill(contact);
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await expect(page.getByLabel('Code à six chiffres')).toBeFocused();
  await page.getByLabel('Code à six chiffres').fill(await code(page.request, contact));
  await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
}

/** How many answers this device keeps of the commune. */
const kept = (page: Page) =>
  page.evaluate(
    (commune) =>
      new Promise<number>((done) => {
        const opening = indexedDB.open('parvis');
        opening.onsuccess = () => {
          const all = opening.result.transaction('known').objectStore('known').index('commune').count(commune);
          all.onsuccess = () => done(all.result);
        };
      }),
    COMMUNE,
  );

test.describe('signing in', () => {
  test.use({ expectedErrors: [/422/] });
  test('says what is wrong, then goes back to where one came from', async ({ page }) => {
    const email = freshEmail();
    await page.goto(`/${COMMUNE}/sign-in?next=${encodeURIComponent(`/${COMMUNE}/reports?mine=true`)}`);
    const contact = page.getByLabel('Votre numéro de mobile ou votre adresse e-mail');
    await contact.fill('06 12');
    await page.getByRole('button', { name: 'Recevoir un code' }).click();
    await expect(contact).toBeFocused();
    await expect(contact).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByText('Ce numéro de mobile n’est pas complet').first()).toBeVisible();
    await accessible(page, 'a wrong number');
    await shot(page, 'sign-in-error');
    await contact.fill(email);
    await page.getByRole('button', { name: 'Recevoir un code' }).click();
    const digits = page.getByLabel('Code à six chiffres');
    await expect(digits).toHaveAttribute('autocomplete', 'one-time-code');
    const right = await code(page.request, email);
    await digits.fill(right === '000000' ? '000001' : '000000');
    await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
    await expect(page.getByText(/essais restants.*4/).first()).toBeVisible();
    await expect(page.getByRole('button', { name: /^Renvoyer un code \(dans \d+/ })).toBeVisible();
    await accessible(page, 'a wrong code');
    await shot(page, 'code-error');
    await digits.fill(`${right.slice(0, 3)} ${right.slice(3)}`);
    await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
    await expect(page).toHaveURL(`/${COMMUNE}/reports?mine=true`);
    await expect(page.getByText('Vous n’avez encore rien signalé.')).toBeVisible();
  });
});

test('a link that leads elsewhere after signing in leads to one’s own space', async ({ page }) => {
  await page.goto(`/${COMMUNE}/sign-in?next=${encodeURIComponent('//evil.example/')}`);
  await signIn(page, freshEmail());
  await expect(page).toHaveURL(me);
});

test('one’s own space shows and changes what there is', async ({ page, request }) => {
  const who = await resident(request);
  const { words } = await send(request, who);
  await asResident(page, who);
  await page.goto(`${me}#channels`);
  await expect(page.getByRole('heading', { name: 'Être prévenu' })).toBeFocused();
  await expect(page.locator('#mine')).toContainText(words);
  await expect(page.locator('#following')).toContainText(words);
  await accessible(page, 'one’s own space');
  await shot(page, 'me');
  await page.getByLabel(`E-mail à ${who.email}`).uncheck();
  await expect(page.getByText('Enregistré.')).toBeVisible();
  await page.getByLabel(/^Notification sur le téléphone/).uncheck();
  await expect(page.getByText('Rien n’est coché')).toBeVisible();
  await page.getByLabel(`E-mail à ${who.email}`).check();
  await expect(page.getByText('Rien n’est coché')).toHaveCount(0);
  await page.getByLabel('Langue des messages de la mairie').selectOption('en');
  const account = async () =>
    (await request.get(`/v1/${COMMUNE}/me`, { headers: { authorization: `Bearer ${who.token}` } })).json();
  await expect.poll(account).toMatchObject({ channels: ['email'], language: 'en' });

  expect(await kept(page)).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await expect(page.getByText('Vous êtes déconnecté.')).toBeVisible();
  await expect(page).toHaveURL(`/${COMMUNE}/`);
  await expect(page.getByRole('heading', { name: 'Vos signalements' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Se connecter' })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('parvis.session');
});

test('one’s own space of nobody leads to signing in and back', async ({ page }) => {
  await page.goto(`${me}#contacts`);
  await expect(page.getByText('Connectez-vous pour retrouver vos signalements')).toBeVisible();
  await accessible(page, 'one’s own space of nobody');
  await page.getByRole('main').getByRole('link', { name: 'Se connecter' }).click();
  await signIn(page, freshEmail());
  await expect(page.getByRole('heading', { name: 'Vos coordonnées' })).toBeVisible();
});

test('a phone number is added by two codes, with what it agrees to', async ({ page, request }) => {
  const who = await resident(request);
  await asResident(page, who);
  await page.goto(me);
  await page.getByRole('button', { name: 'Ajouter un mobile' }).click();
  await expect(page.getByLabel('Numéro de mobile')).toBeFocused();
  const phone = freshPhone();
  const seen = (await messages(request, who.email)).length;
  await page.getByLabel('Numéro de mobile').fill(phone);
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await page.getByLabel(/\(nouveau\)/).fill(await code(request, phone));
  await page.getByLabel(/\(actuel\)/).fill(await code(request, who.email, seen));
  await accessible(page, 'two codes');
  await shot(page, 'two-codes');
  await page.locator('#contacts').getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('Vos coordonnées sont à jour.')).toBeVisible();
  await expect(page.getByLabel(`SMS au ${phone}`)).toBeVisible();
});

test('a copy of one’s data is made while one is elsewhere, and is there on coming back', async ({ page, request }) => {
  const who = await resident(request);
  await asResident(page, who);
  let ordered = 0;
  page.on('request', (r) => {
    if (r.url().endsWith('/me/export') && r.method() === 'POST') ordered += 1;
  });
  await page.goto(me);
  await page.getByRole('button', { name: 'Recevoir une copie de mes données' }).click();
  await expect(page.locator('#data').getByText(/^(La copie se prépare|Votre copie est prête)/)).toBeVisible();
  await page.goto(`/${COMMUNE}/reports`);
  const own = { headers: { authorization: `Bearer ${who.token}` } };
  // Copies are made once a minute.
  const copy = async () => (await (await request.get(`/v1/${COMMUNE}/me/export`, own)).json()).state;
  await expect.poll(copy, { timeout: 100_000 }).toBe('ready');
  await page.goto(me);
  const link = page.getByRole('link', { name: /^Télécharger/ });
  await expect(link).toBeVisible();
  await expect(page.getByRole('button', { name: 'Recevoir une copie de mes données' })).toHaveCount(0);
  expect(ordered).toBe(1);
  await accessible(page, 'a copy of one’s data');
  await shot(page, 'export');
  const file = await request.get((await link.getAttribute('href')) ?? '');
  expect(file.status()).toBe(200);
  expect((await file.body()).subarray(0, 2).toString()).toBe('PK');
});

test.describe('the end of the account', () => {
  // The session ends with it, and signing out of it is answered so.
  test.use({ expectedErrors: [/401/] });
  test('takes a code and leaves nothing on the device', async ({ page, request }) => {
    const who = await resident(request);
    await asResident(page, who);
    await page.goto(me);
    await page.getByRole('button', { name: 'Supprimer mon compte' }).click();
    const dialog = page.getByRole('dialog', { name: 'Supprimer mon compte' });
    await accessible(page, 'the question before the end');
    await shot(page, 'erase');
    const seen = (await messages(request, who.email)).length;
    await dialog.getByRole('button', { name: 'Recevoir le code' }).click();
    await dialog.getByLabel('Code à six chiffres').fill(await code(request, who.email, seen));
    await dialog.getByRole('button', { name: 'Supprimer définitivement mon compte' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Votre compte est supprimé');
    await accessible(page, 'an erased account');
    expect(await kept(page)).toBe(0);
    const gone = await request.get(`/v1/${COMMUNE}/me`, { headers: { authorization: `Bearer ${who.token}` } });
    expect(gone.status()).toBe(401);
  });
});

test('an ambassador chooses whether what they write says so', async ({ page, request, admin }) => {
  const who = await resident(request);
  const own = { headers: { authorization: `Bearer ${who.token}` } };
  const { id } = await (await request.get(`/v1/${COMMUNE}/me`, own)).json();
  const named = await request.put(`/v1/${COMMUNE}/launch/ambassadors/${id}`, {
    headers: { authorization: `Bearer ${admin}` },
    data: { zones: ['vieux-village'] },
  });
  expect(named.status(), await named.text()).toBeLessThan(300);
  await asResident(page, who);
  await page.goto(me);
  await expect(page.getByText('Vous êtes ambassadeur de la commune.')).toBeVisible();
  await page.getByLabel(/^Indiquer/).check();
  await expect(page.getByText('Enregistré.')).toBeVisible();
  await accessible(page, 'an ambassador’s space');
  expect((await (await request.get(`/v1/${COMMUNE}/me`, own)).json()).badge).toBe(true);
});
