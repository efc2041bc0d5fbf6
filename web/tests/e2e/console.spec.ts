// Agents at work in the inbox and on a report.

import { accessible, COMMUNE, messages, shot } from './fixtures.ts';
import { asMember, expect, report, test } from './staff.ts';

test('an agent sees what is to treat and changes a status; the resident is told once', async ({ page, staff, request }) => {
  const agent = await staff('agent', ['techniques']);
  const sent = await report(request);
  await asMember(page, agent);
  await page.goto(`/${COMMUNE}/console/`);
  await expect(page.getByRole('link', { name: sent.words })).toBeVisible();
  await accessible(page, 'inbox');
  await shot(page, 'console-inbox');
  await page.getByRole('link', { name: sent.words }).click();
  await expect(page.getByText(sent.words).first()).toBeVisible();
  await accessible(page, 'report');
  await shot(page, 'console-report');
  await page.getByRole('button', { name: 'Changer d’étape' }).click();
  await page.getByLabel('Planifié').check();
  await page.getByLabel('Date de l’intervention').fill('2030-01-02');
  await page.getByLabel('Message à l’habitant').fill('L’équipe passera mercredi.');
  await expect(page.getByText('Planifié pour le mercredi 2 janvier 2030 : L’équipe passera mercredi.')).toBeVisible();
  await accessible(page, 'status form');
  await shot(page, 'console-status-form');
  const before = (await messages(request, sent.email)).length;
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Annuler' })).toBeVisible();
  await accessible(page, 'ten seconds');
  await shot(page, 'console-pending');
  await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
  await expect(page.locator('.thread').getByText('L’équipe passera mercredi.')).toBeVisible();
  await expect.poll(async () => (await messages(request, sent.email)).length).toBe(before + 1);
});
