// The number of an account: its owner finds it in their space, administrators and moderators on the reports, and with it they
// name an ambassador or suspend somebody.

import { CONSOLE } from './console-people.ts';
import { accessible, COMMUNE, shot } from './fixtures.ts';
import { asResident, resident, send, withoutTiles } from './read-people.ts';
import { asMember, expect, test } from './staff.ts';

test.describe.configure({ timeout: 150_000 });

test('who sent a report is suspended from its page, by the number that they find in their space', async ({
  page,
  browser,
  staff,
  request,
}) => {
  const [moderator, agent] = [await staff('moderator'), await staff('agent', ['techniques'])];
  const who = await resident(request);
  const sent = await send(request, who);
  const reason = `Envois répétés ${crypto.randomUUID().slice(0, 8)}`;

  // In their own browser.
  const phone = await browser.newContext();
  const own = await phone.newPage();
  await withoutTiles(own);
  await asResident(own, who);
  await own.goto(`/${COMMUNE}/me`);
  const card = own.locator('#contacts .card', { hasText: 'Votre numéro de compte' });
  await expect(card.locator('code')).toHaveText(/\S{10,}/);
  const account = (await card.locator('code').textContent()) ?? '';
  await card.scrollIntoViewIfNeeded();
  await accessible(own, 'one’s account number');
  await shot(own, 'me-account');
  await phone.close();

  await asMember(page, moderator);
  await page.goto(`${CONSOLE}/reports/${sent.id}`);
  const fact = page.locator('.facts > div', { hasText: 'Compte de l’auteur' });
  await expect(fact.locator('code')).toHaveText(account);
  await accessible(page, 'a report as a moderator sees it');
  await shot(page, 'console-report-account');
  await fact.getByRole('link', { name: 'Suspendre ce compte' }).click();
  const dialog = page.getByRole('dialog', { name: 'Suspendre quelqu’un' });
  await expect(dialog.getByRole('textbox', { name: 'Compte' })).toHaveValue(account);
  await dialog.getByLabel('Motif').fill(reason);
  await dialog.getByRole('button', { name: 'Suspendre quelqu’un' }).click();
  const row = page.getByRole('listitem').filter({ hasText: account });
  await expect(row).toContainText(reason);
  const again = () =>
    request.post(`/v1/${COMMUNE}/reports/${sent.id}/comments`, {
      headers: { authorization: `Bearer ${who.token}`, 'idempotency-key': crypto.randomUUID() },
      data: { text: 'Toujours là.', internal: false, photos: [] },
    });
  expect((await again()).status(), 'they are refused').toBe(403);
  await row.getByRole('button', { name: /Lever/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Lever' }).click();
  await expect(row).toHaveCount(0);
  expect((await again()).status(), 'they are let in again').toBe(201);

  // Who has no use for it is not shown it.
  await page.unrouteAll();
  await asMember(page, agent);
  await page.goto(`${CONSOLE}/reports/${sent.id}`);
  await expect(page.locator('.said')).toHaveText(sent.words);
  await expect(page.getByText(account)).toHaveCount(0);
});
