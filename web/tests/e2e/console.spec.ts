// Agents at work: the inbox by keyboard, another status with ten seconds to think, notes that stay inside, conflicts.

import { Buffer } from 'node:buffer';
import { holdSeconds } from './console-people.ts';
import { accessible, COMMUNE, messages, shot } from './fixtures.ts';
import { asMember, expect, nextCode, report, test } from './staff.ts';

// Fresh staff are some twenty calls, and each screen is looked at by axe.
test.describe.configure({ timeout: 120_000 });

const CONSOLE = `/${COMMUNE}/console`;
const v1 = (path: string) => `/v1/${COMMUNE}${path}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('the inbox shows what is to treat, filters it by address, and reads the same as a list and on a map', async ({
  page,
  staff,
  request,
}) => {
  const agent = await staff('agent', ['techniques']);
  const sent = await report(request);
  const other = await report(request, { category: 'espaces-verts', kind: 'idea', answers: { chute: false } });
  await asMember(page, agent);
  await page.goto(`${CONSOLE}/?sort=new`);
  const row = page.getByRole('link', { name: sent.words });
  await expect(row).toBeVisible();
  await expect(page.getByRole('link', { name: other.words })).toHaveCount(0);
  await accessible(page, 'inbox');
  await unfold(page);
  await page.getByLabel('Service', { exact: true }).selectOption('all');
  await page.getByLabel('Type').selectOption({ label: 'Idée' });
  await expect(page.getByRole('link', { name: other.words })).toBeVisible();
  await expect(row).toHaveCount(0);
  await expect(page).toHaveURL(/service=all.*kind=idea.*sort=new/);
  await page.reload();
  await expect(page.getByRole('link', { name: other.words })).toBeVisible();
  // What comes meanwhile is told, and shown when one wants it.
  const later = await report(request, { category: 'espaces-verts', kind: 'idea', answers: { chute: false } });
  await unfold(page);
  await page.getByLabel('Type').focus();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  const fresh = page.getByRole('button', { name: /nouveaux? : afficher/ });
  await expect(fresh).toBeVisible();
  await expect(page.getByLabel('Type')).toBeFocused();
  await expect(page.getByRole('link', { name: later.words })).toHaveCount(0);
  await accessible(page, 'inbox with something new');
  await fresh.click();
  await expect(page.getByRole('link', { name: later.words })).toBeVisible();
  await page.getByRole('link', { name: /^Clos/ }).click();
  await expect(page).toHaveURL(/status=closed/);
  await expect(page.getByText(/Aucun signalement|signalements?$/).first()).toBeVisible();
  await accessible(page, 'inbox, closed');
});

test('by keyboard alone: to a report, its form, and back; keys rest when switched off', async ({
  page,
  staff,
  request,
}) => {
  test.skip((page.viewportSize()?.width ?? 0) < 600, 'phones have no keys');
  const agent = await staff('agent', ['techniques']);
  await report(request);
  const sent = await report(request);
  await asMember(page, agent);
  await page.goto(`${CONSOLE}/?sort=new`);
  await expect(page.getByRole('link', { name: sent.words })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Raccourcis clavier' })).toBeVisible();
  await accessible(page, 'help of keys');
  await shot(page, 'console-keys');
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await expect(page.getByLabel('Service', { exact: true })).toBeFocused();
  // In a field a letter is a letter.
  await page.keyboard.press('j');
  await expect(page.getByLabel('Service', { exact: true })).toBeFocused();
  await page.getByRole('heading', { level: 1 }).click();
  const row = page.getByRole('link', { name: sent.words });
  for (let i = 0; i < 40 && !(await row.evaluate((a) => a === document.activeElement)); i++)
    await page.keyboard.press('j');
  await expect(row).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(row).not.toBeFocused();
  await page.keyboard.press('k');
  await expect(row).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.said')).toHaveText(sent.words);
  // The help is where its keys are used; closed, it leaves the keyboard where it was.
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toBeFocused();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Raccourcis clavier' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(title).toBeFocused();
  await page.keyboard.press('r');
  await expect(page.getByLabel('Votre réponse')).toBeFocused();
  await page.keyboard.type('snr');
  await expect(page.getByLabel('Votre réponse')).toHaveValue('snr');
  await page.getByRole('button', { name: 'Fermer' }).press('Enter');
  await page.keyboard.press('n');
  await expect(page.getByLabel('Note pour vos collègues')).toBeFocused();
  await page.getByRole('button', { name: 'Fermer' }).press('Enter');
  await page.getByRole('link', { name: 'Près de moi' }).click();
  await expect(title).toHaveText('Près de moi');
  await expect(title).toBeFocused();
  const help = page.getByRole('button', { name: 'Raccourcis clavier' });
  await help.click();
  await page.keyboard.press('Escape');
  await expect(help).toBeFocused();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('À traiter');
  await help.click();
  await page.getByLabel('Utiliser les raccourcis clavier').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a change can be taken back, then is sent once and told once', async ({ page, staff, request }) => {
  const agent = await staff('agent', ['techniques']);
  const sent = await report(request);
  await asMember(page, agent);
  const pass = await holdSeconds(page);
  await page.goto(`${CONSOLE}/reports/${sent.id}`);
  await expect(page.locator('.said')).toHaveText(sent.words);
  await accessible(page, 'report');
  await shot(page, 'console-report');
  await page.getByRole('button', { name: 'Changer d’étape' }).click();
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await expect(page.getByText('Choisissez la nouvelle étape.').first()).toBeVisible();
  await page.getByLabel('Planifié').check();
  await page.getByLabel('Message à l’habitant').fill('L’équipe passera mercredi.');
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await expect(page.getByText('Indiquez la date de l’intervention.').first()).toBeVisible();
  await accessible(page, 'status form with an error');
  await page.getByLabel('Date de l’intervention').fill('2030-01-02');
  await expect(page.getByText('Planifié pour le mercredi 2 janvier 2030 : L’équipe passera mercredi.')).toBeVisible();
  await expect(page.getByText('Scheduled for Wednesday 2 January 2030: L’équipe passera mercredi.')).toBeVisible();
  await accessible(page, 'status form');
  await shot(page, 'console-status-form');
  const before = (await messages(request, sent.email)).length;

  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Annuler' })).toBeVisible();
  await accessible(page, 'ten seconds');
  await shot(page, 'console-pending');
  await page.getByRole('button', { name: 'Annuler' }).click();
  await expect(page.getByLabel('Message à l’habitant')).toHaveValue('L’équipe passera mercredi.');
  await expect(page.getByLabel('Date de l’intervention')).toHaveValue('2030-01-02');

  await pass();
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  // It survives going elsewhere, and goes by itself.
  await page.getByRole('link', { name: 'Retour à la liste' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('À traiter');
  await expect(page.getByRole('button', { name: 'Envoyer maintenant' })).toBeVisible();
  await expect(page.getByText('C’est envoyé.')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('button', { name: 'Envoyer maintenant' })).toHaveCount(0);
  await expect
    .poll(async () => (await messages(request, sent.email)).slice(before).map(({ text }) => text))
    .toEqual([expect.stringContaining('Planifié pour le mercredi 2 janvier 2030 : L’équipe passera mercredi.')]);
  const seen = await (await request.get(v1(`/reports/${sent.id}`), { headers: bearer(agent.token) })).json();
  expect(seen.version).toBe(2);
});

test('a page that closes sends at once, and once', async ({ page, staff, request, context }) => {
  const agent = await staff('agent', ['techniques']);
  const sent = await report(request);
  await asMember(page, agent);
  await page.goto(`${CONSOLE}/reports/${sent.id}`);
  await page.getByRole('button', { name: 'Répondre' }).click();
  await page.getByLabel('Votre réponse').fill('Nous passons demain.');
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Annuler' })).toBeVisible();
  await page.goto('about:blank');
  const answers = async () => {
    const seen = await (await request.get(v1(`/reports/${sent.id}`), { headers: bearer(agent.token) })).json();
    return seen.history.filter((event: { note?: string }) => event.note === 'Nous passons demain.').length;
  };
  await expect.poll(answers).toBe(1);
  // What is kept of it on the device is recognised as sent.
  const again = await context.newPage();
  await asMember(again, agent);
  await again.goto(`${CONSOLE}/reports/${sent.id}`);
  await expect(again.locator('.thread').getByText('Nous passons demain.')).toBeVisible();
  await expect(again.getByRole('button', { name: 'Répondre' })).toBeVisible({ timeout: 20_000 });
  expect(await answers()).toBe(1);
});

test('an internal note is apart, and never on the public page', async ({ page, staff, request, context }) => {
  const agent = await staff('manager', ['techniques']);
  const sent = await report(request);
  const secret = `Voir le dossier ${crypto.randomUUID()}`;
  const before = (await messages(request, sent.email)).length;
  await asMember(page, agent);
  await page.goto(`${CONSOLE}/reports/${sent.id}`);
  await page.getByRole('button', { name: 'Note interne' }).click();
  await page.getByLabel('Note pour vos collègues').fill(secret);
  await accessible(page, 'note form');
  await page.getByRole('button', { name: 'Enregistrer la note' }).click();
  await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
  const inside = page.getByRole('region', { name: 'Notes internes' });
  await expect(inside.getByText(secret)).toBeVisible();
  await expect(inside.getByText('Interne : jamais visible des habitants')).toBeVisible();
  await expect(page.locator('.thread').getByText(secret)).toHaveCount(0);
  await accessible(page, 'report with a note');
  await shot(page, 'console-note');
  for (const headers of [{}, bearer(sent.token)]) {
    const seen = await (await request.get(v1(`/reports/${sent.id}`), { headers })).text();
    expect(seen).toContain(sent.words);
    expect(seen).not.toContain(secret);
  }
  const resident = await context.newPage();
  await resident.goto(`/${COMMUNE}/reports/${sent.id}`);
  await expect(resident.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await resident.content()).not.toContain(secret);
  expect(await messages(request, sent.email)).toHaveLength(before);
});

test.describe('somebody was faster', () => {
  test.use({ expectedErrors: [/412/] });
  test('the agent sees what changed and keeps the words', async ({ page, staff, request, admin }) => {
    const agent = await staff('agent', ['techniques']);
    const sent = await report(request);
    await asMember(page, agent);
    await page.goto(`${CONSOLE}/reports/${sent.id}`);
    await page.getByRole('button', { name: 'Changer d’étape' }).click();
    await page.getByRole('radio', { name: 'En cours' }).check();
    await page.getByLabel('Message à l’habitant').fill('Nous sommes sur place.');
    const faster = await request.post(v1(`/reports/${sent.id}/status`), {
      headers: { ...bearer(admin), 'if-match': '"1"' },
      data: { to: 'under_review', note: 'Le service regarde.' },
    });
    expect(faster.status()).toBe(200);
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.getByText('N’est pas parti : le signalement a changé entre-temps.')).toBeVisible();
    const conflict = page.getByRole('region', { name: 'Ce signalement a changé pendant que vous écriviez' });
    await expect(conflict.getByText('Le service regarde.')).toBeVisible();
    await accessible(page, 'conflict');
    await shot(page, 'console-conflict');
    await conflict.getByRole('button', { name: 'Reprendre mon texte' }).click();
    await expect(page.getByLabel('Message à l’habitant')).toHaveValue('Nous sommes sur place.');
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.locator('.thread').getByText('Nous sommes sur place.')).toBeVisible();
  });
});

test.describe('refused', () => {
  test.use({ expectedErrors: [/status of 422/] });
  test('the words go back into their form, from another page too', async ({ page, staff, request }) => {
    const agent = await staff('agent', ['techniques']);
    const sent = await report(request);
    await asMember(page, agent);
    const problem = {
      type: 'urn:parvis:problem:invalid',
      title: '',
      status: 422,
      detail: 'Message refusé.',
      errors: [],
    };
    await page.route(`**${v1(`/reports/${sent.id}/status`)}`, (route) =>
      route.fulfill({ status: 422, contentType: 'application/problem+json', json: problem }),
    );
    await page.goto(`${CONSOLE}/reports/${sent.id}?do=status`);
    await page.getByRole('radio', { name: 'En cours' }).check();
    await page.getByLabel('Message à l’habitant').fill('Nous sommes sur place.');
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.getByText('Message refusé.')).toBeVisible();
    await accessible(page, 'a change that was refused');
    await page.goto(`${CONSOLE}/`);
    await page.getByRole('button', { name: 'Reprendre mon texte' }).click();
    await expect(page.getByLabel('Message à l’habitant')).toHaveValue('Nous sommes sur place.');
    await expect(page.getByRole('radio', { name: 'En cours' })).toBeChecked();
    await expect(page.getByText('Message refusé.')).toHaveCount(0);
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.locator('.thread').getByText('Nous sommes sur place.')).toBeVisible();
  });
});

test('works are shown: photos of afterwards reach the report', async ({ page, staff, request }) => {
  const agent = await staff('agent', ['techniques']);
  const sent = await report(request);
  await asMember(page, agent);
  await page.goto(`${CONSOLE}/reports/${sent.id}?do=status`);
  await page.getByLabel('Résolu').check();
  await page
    .getByLabel('Photos après travaux')
    .setInputFiles([{ name: 'no.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') }]);
  await expect(page.getByRole('alert')).toContainText('Ce fichier n’est pas une image lisible');
  await expect(page.getByLabel('Photos après travaux')).toHaveAccessibleDescription(/n’est pas une image lisible/);
  await page
    .getByLabel('Photos après travaux')
    .setInputFiles([{ name: 'done.png', mimeType: 'image/png', buffer: await picture(page) }]);
  await expect(page.getByRole('button', { name: 'Retirer la photo 1' })).toBeVisible({ timeout: 30_000 });
  await accessible(page, 'photo picked');
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
  await expect(page.getByRole('img', { name: 'Photos après travaux' })).toBeVisible();
  await accessible(page, 'resolved');
  await shot(page, 'console-resolved');
});

test('a duplicate leads to its original', async ({ page, staff, request }) => {
  const agent = await staff('agent', ['techniques']);
  const place = { longitude: 5.5912 + Math.random() / 500, latitude: 43.6704 + Math.random() / 500 };
  const first = await report(request, { place });
  const again = await report(request, { place });
  await asMember(page, agent);
  await page.goto(`${CONSOLE}/reports/${again.id}?do=status`);
  await page.getByLabel('Clos', { exact: true }).check();
  await page.getByLabel('Déjà signalé').check();
  const originals = page.getByRole('group', { name: 'Signalement d’origine' });
  await expect(originals.getByRole('radio').first()).toBeVisible();
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await expect(page.getByText('Choisissez le signalement d’origine').first()).toBeVisible();
  await expect(originals).toHaveAccessibleDescription(/Choisissez le signalement d’origine/);
  await expect(originals.getByRole('radio').first()).toBeFocused();
  await page
    .getByRole('textbox', { name: 'Un autre signalement' })
    .fill(`${new URL(page.url()).origin}/${COMMUNE}/reports/${first.id}`);
  await page.getByRole('radio', { name: first.words }).first().check();
  await accessible(page, 'original');
  await shot(page, 'console-original');
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
  await expect(page.getByText('Signalement d’origine')).toBeVisible();
});

test.describe('after twelve hours', () => {
  test.use({ expectedErrors: [/409/] });
  test('the second factor is asked for over the screen, and what was typed stays', async ({ page, staff, request }) => {
    const agent = await staff('agent', ['techniques']);
    const sent = await report(request);
    await asMember(page, agent);
    await page.goto(`${CONSOLE}/reports/${sent.id}`);
    await page.getByRole('button', { name: 'Répondre' }).click();
    await page.getByLabel('Votre réponse').fill('Bonjour, nous venons.');
    // The next token is one whose twelve hours are over: that of a new sign-in of the same person.
    const { signIn } = await import('./staff.ts');
    const late = await signIn(request, agent.email);
    await page.route(`**${v1('/sessions/refresh')}`, (route) =>
      route.fulfill({
        json: {
          access_token: late.access_token,
          account: late.account,
          commune: COMMUNE,
          expires_in: 900,
          token_type: 'Bearer',
          refresh_token: '',
        },
      }),
    );
    await page.clock.install();
    await page.clock.fastForward('13:00:00');
    await page.clock.resume();
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirmez que c’est bien vous' });
    await expect(dialog).toBeVisible();
    await accessible(page, 'second factor over a screen');
    await shot(page, 'console-factor-again');
    await dialog.getByLabel('Code de votre application').fill(await nextCode(agent));
    await dialog.getByRole('button', { name: 'Confirmer' }).click();
    await expect(page.locator('.thread').getByText('Bonjour, nous venons.')).toBeVisible();
    const seen = await (await request.get(v1(`/reports/${sent.id}`))).json();
    expect(seen.history.at(-1).actor.type).toBe('staff');
  });
});

test('an elected member answers and does not treat; dark, and at 200 %', async ({ page, staff, request }) => {
  const elected = await staff('elected_member');
  const sent = await report(request);
  await asMember(page, elected);
  await page.emulateMedia({ colorScheme: 'dark' });
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.setViewportSize({ width: Math.max(320, Math.round(size.width / 2)), height: Math.round(size.height / 2) });
  await page.goto(`${CONSOLE}/reports/${sent.id}`);
  await expect(page.getByRole('button', { name: 'Répondre' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Changer d’étape' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Répondre' }).click();
  await accessible(page, 'answer form, dark, small');
  await shot(page, 'console-dark');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.getByRole('button', { name: 'Menu' }).click();
  await expect(page.getByRole('link', { name: 'Près de moi' })).toHaveCount(0);
  await accessible(page, 'menu, dark, small');
  await page.getByRole('link', { name: 'À traiter' }).click();
  await expect(page.locator('.row').first()).toBeVisible();
  await accessible(page, 'inbox, dark, small');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

/** Filters are folded on a phone. */
async function unfold(page: import('@playwright/test').Page) {
  if (!(await page.getByLabel('Service', { exact: true }).isVisible())) await page.getByText(/^Filtres/).click();
}

/** A picture made in the browser: a PNG of one colour. */
async function picture(page: import('@playwright/test').Page): Promise<Buffer> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 400;
    canvas.height = 300;
    const pen = canvas.getContext('2d');
    if (pen) {
      pen.fillStyle = '#3a7d44';
      pen.fillRect(0, 0, 400, 300);
    }
    return canvas.toDataURL('image/png');
  });
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}
