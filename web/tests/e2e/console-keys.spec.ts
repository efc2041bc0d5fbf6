// The console with nothing but a keyboard: from the first key to an answered, solved report, and back; also where nothing may
// move.

import type { Page } from '@playwright/test';
import { CONSOLE, holdSeconds } from './console-people.ts';
import { accessible, COMMUNE, messages } from './fixtures.ts';
import { asMember, expect, report, test } from './staff.ts';

test.describe.configure({ timeout: 150_000 });

/** Where the keyboard is: never nowhere. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at === document.body || !at ? null : (at.textContent ?? '').trim() || at.id || at.tagName;
  });

/** Tab until something is reached, as somebody does who cannot point. */
async function tabTo(page: Page, name: RegExp, most = 60) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const at = page.locator(':focus');
    const label = await at.evaluate((element) => {
      const { labels } = element as HTMLInputElement;
      return `${labels?.[0]?.textContent ?? ''} ${element.getAttribute('aria-label') ?? ''} ${element.textContent ?? ''}`;
    });
    if (name.test(label)) return at;
  }
  throw new Error(`${name} is not reached by Tab`);
}

for (const motion of ['no-preference', 'reduce'] as const) {
  test(`keys alone: find, open, answer, solve, take back, go on (motion: ${motion})`, async ({
    page,
    staff,
    request,
  }) => {
    test.skip((page.viewportSize()?.width ?? 0) < 600, 'phones have no keys');
    const agent = await staff('agent', ['techniques']);
    const later = await report(request);
    const sent = await report(request);
    const before = (await messages(request, sent.email)).length;
    await page.emulateMedia({ reducedMotion: motion });
    await asMember(page, agent);
    await holdSeconds(page);
    await page.goto(`${CONSOLE}/?sort=new`);
    const row = page.getByRole('link', { name: sent.words });
    await expect(row).toBeVisible();

    // The first key leads past the menu.
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Aller au contenu' })).toBeFocused();
    await page.keyboard.press('Enter');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Raccourcis clavier' })).toBeVisible();
    await accessible(page, 'help of keys');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);

    // Along the list, in view, and into the report.
    for (let i = 0; i < 40 && !(await row.evaluate((a) => a === document.activeElement)); i++)
      await page.keyboard.press('j');
    await expect(row).toBeFocused();
    await expect(row).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.locator('.said')).toHaveText(sent.words);
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();

    // An answer, sent at once.
    await page.keyboard.press('r');
    await expect(page.getByLabel('Votre réponse')).toBeFocused();
    await page.keyboard.type('Bonjour, nous passons demain.');
    await tabTo(page, /^\s*Envoyer$/);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Annuler' })).toBeVisible();
    expect(await focused(page)).not.toBeNull();
    await tabTo(page, /Envoyer maintenant/);
    await page.keyboard.press('Enter');
    await expect(page.locator('.thread').getByText('Bonjour, nous passons demain.')).toBeVisible();
    await expect.poll(() => focused(page), 'the keyboard is somewhere').not.toBeNull();

    // Another status, taken back with its words, and sent.
    await page.keyboard.press('s');
    await expect(page.getByRole('radio').first()).toBeFocused();
    const solved = page.getByRole('radio', { name: 'Résolu' });
    for (let i = 0; i < 12 && !(await solved.isChecked()); i++) await page.keyboard.press('ArrowDown');
    await expect(solved).toBeChecked();
    await tabTo(page, /Message à l’habitant/);
    await page.keyboard.type('C’est fait.');
    await tabTo(page, /^\s*Envoyer$/);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Annuler' })).toBeVisible();
    await page.keyboard.press('z');
    await expect(page.getByLabel('Message à l’habitant')).toHaveValue('C’est fait.');
    await expect.poll(() => focused(page)).not.toBeNull();
    await tabTo(page, /^\s*Envoyer$/);
    await page.keyboard.press('Enter');
    await tabTo(page, /Envoyer maintenant/);
    await page.keyboard.press('Enter');
    await expect(page.locator('.thread').getByText('C’est fait.')).toBeVisible();
    await expect.poll(() => focused(page)).not.toBeNull();

    // To the next one and back to the list, where what is solved is gone.
    await page.keyboard.press('j');
    await expect(page.locator('.said')).not.toHaveText(sent.words);
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('À traiter');
    await page.keyboard.press('/');
    await expect(page.getByLabel('Service', { exact: true })).toBeFocused();
    await tabTo(page, /Ordre/);
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('link', { name: later.words })).toBeVisible();
    await expect(page.getByRole('link', { name: sent.words })).toHaveCount(0);
    const seen = await (await request.get(`/v1/${COMMUNE}/reports/${sent.id}`)).json();
    expect(seen.status).toBe('resolved');
    await expect.poll(async () => (await messages(request, sent.email)).length).toBe(before + 2);
  });
}
