// A guest's code: wrong, late, sent again, to another contact; by e-mail; in English; by keyboard alone; and following instead.

import type { Page } from '@playwright/test';
import { accessible, COMMUNE, code, expect, freshEmail, freshPhone, messages, shot, test } from './fixtures.ts';
import { confirmBy, fillPhone, fillRoad, open, photo, sendIt, somewhere, typePlace } from './report-people.ts';

async function upToTheCode(page: Page, words = 'Un nid-de-poule.', at = somewhere(), withPhoto = false) {
  await open(page);
  if (withPhoto) await page.getByLabel(/galerie|Ajouter des photos/).setInputFiles(await photo(page, 'a.jpg'));
  await fillRoad(page, words);
  await typePlace(page, at);
  const phone = await fillPhone(page);
  await sendIt(page);
  await expect(page.getByRole('heading', { name: 'Confirmez votre envoi' })).toBeVisible();
  return phone;
}

/** As the sign-in screen does it, whatever it looks like. */
async function signInBy(page: Page, email: string) {
  await page.request.post(`/v1/${COMMUNE}/challenges`, { data: { contact: { email } } });
  const given = { contact: { email }, code: await code(page.request, email) };
  const status = await page.evaluate(
    async ({ commune, given }) => {
      const headers = { 'content-type': 'application/json', 'parvis-session': 'cookie' };
      const init = { method: 'POST', headers, body: JSON.stringify(given) };
      const answer = await fetch(`/v1/${commune}/sessions`, init);
      localStorage.setItem(`parvis.session.${commune}`, '1');
      return answer.status;
    },
    { commune: COMMUNE, given },
  );
  expect(status).toBe(201);
}

test.describe('a code', () => {
  test.use({ expectedErrors: [/422|429/] });
  test('that is wrong is told, the right one still counts, also after a reload', async ({ page }) => {
    const phone = await upToTheCode(page);
    await page.getByLabel('Code à six chiffres').fill('12');
    await page.getByRole('button', { name: 'Confirmer' }).click();
    await expect(page.getByText('Le code a six chiffres.').first()).toBeVisible();
    const right = await code(page.request, phone);
    await page.getByLabel('Code à six chiffres').fill(right === '111111' ? '222222' : '111111');
    await page.getByRole('button', { name: 'Confirmer' }).click();
    await expect(page.getByText(/Ce code n’est pas le bon/).first()).toBeVisible();
    await expect(page.getByLabel('Code à six chiffres')).toBeFocused();
    await accessible(page, 'a wrong code');
    await shot(page, 'report-code-wrong');
    await page.goto(`/${COMMUNE}/`);
    await expect(page.getByRole('link', { name: '1 message attend ici' })).toBeVisible();
    await accessible(page, 'the bar of what waits');
    await shot(page, 'waiting-bar');
    await page.getByRole('link', { name: '1 message attend ici' }).click();
    await expect(page.getByText(/Il reste à confirmer/)).toBeVisible();
    await accessible(page, 'what waits');
    await shot(page, 'drafts-code');
    await page.getByRole('link', { name: 'Saisir le code' }).click();
    await confirmBy(page, phone);
  });

  test('that is over can be had again, after a minute; then the new one counts and the first does not', async ({
    page,
  }) => {
    // The platform's minute passes as it does for everybody.
    test.slow();
    await page.clock.install();
    const phone = await upToTheCode(page);
    const another = page.getByRole('button', { name: 'Recevoir un autre code' });
    await expect(another).toBeDisabled();
    const first = await code(page.request, phone);
    const { length } = await messages(page.request, phone);
    await page.clock.fastForward(11 * 60_000);
    const over = page.getByText(/Ce code n’est plus valable/);
    await expect(over).toBeVisible();
    // The platform's own minute is not over: it says how long.
    await another.click();
    await expect(page.getByRole('alert')).toContainText(/Réessayez dans \d+ s/);
    expect(await messages(page.request, phone)).toHaveLength(length);
    await expect(async () => {
      if (await another.isEnabled()) await another.click();
      await expect(another).toBeDisabled({ timeout: 1000 });
    }).toPass({ timeout: 90_000, intervals: [5000] });
    await expect(page.getByText('Un nouveau code est parti.')).toBeAttached();
    await expect(page.getByText(/Valable encore 10 min/)).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
    const second = await code(page.request, phone, length);
    expect(await messages(page.request, phone)).toHaveLength(length + 1);
    expect(second).not.toBe(first);
    await page.getByLabel('Code à six chiffres').fill(first);
    await page.getByRole('button', { name: 'Confirmer' }).click();
    await expect(page.getByText(/Ce code n’est pas le bon/).first()).toBeVisible();
    await confirmBy(page, phone);
  });

  test('can go to another contact: nothing is typed again', async ({ page }) => {
    await upToTheCode(page, 'Une plaque qui bouge.');
    await page.getByRole('button', { name: 'Changer de numéro' }).click();
    await expect(page.getByLabel('Que se passe-t-il ?', { exact: true })).toHaveValue('Une plaque qui bouge.');
    const email = freshEmail();
    await page.getByText('Par e-mail', { exact: true }).click();
    await page.getByLabel('Adresse e-mail').fill(email);
    await sendIt(page);
    await confirmBy(page, email);
  });
});

test.describe('after a day or a sign-out', () => {
  test.use({ expectedErrors: [/409|ERR_FAILED|401/] });

  test('an unconfirmed report can be sent anew', async ({ page }) => {
    await page.clock.install();
    const phone = await upToTheCode(page, 'Oublié pendant un jour.');
    await page.clock.fastForward(25 * 3_600_000);
    await page.route('**/confirmation', (route) => {
      const problem = { type: 'urn:parvis:problem:report_expired', title: '', status: 409, detail: 'trop tard' };
      return route.fulfill({ status: 409, contentType: 'application/problem+json', json: problem });
    });
    await page.getByRole('button', { name: 'Recevoir un autre code' }).click();
    await expect(page.getByText(/n’a pas été confirmé dans la journée/)).toBeVisible();
    await accessible(page, 'a report that was not confirmed');
    await page.unroute('**/confirmation');
    const other = freshPhone();
    await page.getByLabel('Numéro de mobile').fill(other);
    await expect(page.getByText('Brouillon gardé sur cet appareil.')).toBeVisible();
    await page.getByRole('button', { name: 'Renvoyer' }).click();
    await confirmBy(page, other);
    expect(other).not.toBe(phone);
  });

  test('what may have arrived in an account is not sent by a guest', async ({ page, context }) => {
    const at = somewhere();
    await confirmBy(page, await upToTheCode(page, 'Premier message.', at));
    await open(page);
    await fillRoad(page, 'Second message, répondu dans le vide.');
    await typePlace(page);
    const reports = `**/v1/${COMMUNE}/reports`;
    await page.route(reports, async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      await route.fetch();
      await route.abort();
    });
    await sendIt(page);
    await expect(page.getByRole('button', { name: 'Envoyer maintenant' })).toBeVisible();
    await page.unroute(reports);
    await context.clearCookies();
    await page.evaluate(() => localStorage.removeItem('parvis.session.aubignac-sur-arre'));
    await page.goto(`/${COMMUNE}/drafts`);
    await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
    await expect(page.getByText(/La session du compte qui l’envoyait est fermée/)).toBeVisible();
    await accessible(page, 'a report of an account that is signed out');
    await shot(page, 'drafts-signed-out');
    await page.getByRole('link', { name: 'Corriger' }).click();
    const ways = page.getByRole('alert').getByRole('link', { name: 'Se connecter' });
    await expect(ways).toHaveAttribute('href', /sign-in/);
    // Nor by the form itself.
    const sent: string[] = [];
    page.on('request', (r) => void (r.method() === 'POST' && r.url().endsWith('/reports') && sent.push(r.url())));
    await fillPhone(page);
    await sendIt(page);
    await expect(ways).toHaveCount(2);
    await expect(ways.last()).toBeInViewport();
    await accessible(page, 'a report of an account that is signed out, sent again');
    expect(sent).toEqual([]);
  });
});

/** East of all that the other stories report, so that nothing of theirs is as near as what is meant to be found. */
const apart = () => ({
  latitude: Number((43.665 + Math.random() * 0.009).toFixed(5)),
  longitude: Number((5.609 + Math.random() * 0.003).toFixed(5)),
});

test('the same report nearby is followed instead, by a guest through the sign-in', async ({ page, browser }) => {
  test.slow();
  const at = apart();
  // Others tell of theirs 60 m to the north.
  const words = `Barrière tombée ${crypto.randomUUID().slice(0, 8)}.`;
  const north = { ...at, latitude: at.latitude + 0.00054 };
  await confirmBy(page, await upToTheCode(page, words, north, true));
  // Signed in and still on the page: a second one is the same.
  await page.getByRole('link', { name: 'Accueil' }).click();
  const neighbour = await browser.newPage({ locale: 'fr-FR' });
  try {
    await open(neighbour);
    await neighbour.waitForFunction(() => navigator.serviceWorker.controller !== null);
    // Without a network nothing is found, until it is back.
    await neighbour.context().setOffline(true);
    await expect(neighbour.getByText('Pas de réseau.', { exact: true })).toBeVisible();
    await neighbour.getByText('Voirie et trottoirs').click();
    await typePlace(neighbour, at);
    const similar = neighbour.getByRole('region', { name: /Déjà signalé tout près/ });
    await expect(similar).toHaveCount(0);
    await neighbour.context().setOffline(false);
    const one = similar.getByRole('listitem').filter({ hasText: words });
    await expect(one).toContainText(/à 60\sm/);
    await one.scrollIntoViewIfNeeded();
    const picture = one.locator('img');
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(100);
    await accessible(neighbour, 'similar reports');
    await shot(neighbour, 'report-similar');
    await similar.getByRole('button', { name: `C’est le même : suivre : ${words}` }).click();
    await expect(neighbour).toHaveURL(/\/sign-in\?next=.*follow/);
    // Signed in, and back at where the sign-in leads.
    const next = new URL(neighbour.url()).searchParams.get('next') ?? '';
    await signInBy(neighbour, freshEmail());
    await neighbour.goto(next);
    await expect(neighbour).toHaveURL(/\/reports\/[0-9a-f-]{36}$/);
    await expect(neighbour.getByText(/Vous suivez ce signalement/).first()).toBeVisible();
  } finally {
    await neighbour.close();
  }
});

test('who is signed in follows at once, and needs no code for another report', async ({ page, browser }) => {
  // Two people, each with a code.
  test.slow();
  const at = somewhere();
  const words = `Grille d’égout cassée ${crypto.randomUUID().slice(0, 8)}.`;
  await confirmBy(page, await upToTheCode(page, words, at));
  const first = (await page.getByRole('link', { name: 'Voir le suivi' }).getAttribute('href'))?.split('/').at(-1);
  await open(page);
  await page.getByText('Voirie et trottoirs').click();
  await typePlace(page, at);
  await expect(page.getByText('C’est vous qui l’avez envoyé.')).toBeVisible();
  await expect(page.getByLabel('Numéro de mobile')).toHaveCount(0);
  const neighbour = await browser.newPage({ locale: 'fr-FR' });
  try {
    await confirmBy(neighbour, await upToTheCode(neighbour, 'Un autre sujet, ailleurs.'));
    await open(neighbour);
    await fillRoad(neighbour, 'La grille est cassée.');
    await typePlace(neighbour, at);
    await neighbour.getByRole('button', { name: `suivre : ${words}` }).click();
    await expect(neighbour).toHaveURL(new RegExp(`/reports/${first}$`));
    const report = await (await page.request.get(`/v1/${COMMUNE}/reports/${first}`)).json();
    expect(report.followers).toBe(2);
    // What was begun is not needed any more.
    await open(neighbour);
    await typePlace(neighbour);
    await expect(neighbour.getByText('Reprendre votre brouillon ?')).toHaveCount(0);
    await neighbour.getByLabel('Que se passe-t-il ?', { exact: true }).fill('Encore autre chose.');
    await neighbour.getByText('Panneaux et marquage').click();
    await sendIt(neighbour);
    await expect(neighbour.getByRole('heading', { level: 1 })).toHaveText('C’est envoyé, merci !');
  } finally {
    await neighbour.close();
  }
});

test.describe('in English', () => {
  test.use({ locale: 'en-GB' });
  test('an idea by e-mail, with no place at all', async ({ page }) => {
    await open(page, '?kind=idea');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Suggest an idea');
    await page.getByLabel('Your idea').fill('A bench by the fountain.');
    const email = freshEmail();
    await page.getByText('By e-mail').click();
    await page.getByLabel('E-mail address').fill(email);
    await accessible(page, 'the form in English');
    await shot(page, 'report-idea-english');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByLabel('Six-digit code').fill(await code(page.request, email));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sent, thank you!');
  });
});

test('by keyboard alone', async ({ page }) => {
  const key = (name: string) => page.keyboard.press(name);
  const focused = page.locator(':focus');
  const to = async (what: ReturnType<Page['locator']>) => {
    for (let i = 0; i < 60; i++) {
      if (await what.evaluateAll((all) => all.includes(document.activeElement as HTMLElement))) return;
      await key('Tab');
    }
    await expect(what).toBeFocused();
  };
  await open(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Signaler un problème');
  await to(page.getByRole('radio', { name: 'Voirie et trottoirs' }));
  await key('Space');
  await expect(focused).toBeChecked();
  await to(page.locator('summary'));
  await key('Enter');
  await to(page.getByLabel('Latitude, longitude'));
  const { latitude, longitude } = somewhere();
  await page.keyboard.type(`${latitude.toFixed(5)} ${longitude.toFixed(5)}`);
  await key('Enter');
  await expect(page.getByText('Lieu saisi.')).toBeVisible();
  await to(page.getByLabel('Que se passe-t-il ?', { exact: true }));
  await page.keyboard.type('Un pavé manque.');
  await to(page.getByRole('radio', { name: 'Oui' }));
  await key('Space');
  await to(page.getByLabel('Numéro de mobile'));
  const phone = freshPhone();
  await page.keyboard.type(phone);
  await key('Enter');
  await expect(page.getByRole('heading', { name: 'Confirmez votre envoi' })).toBeVisible();
  await to(page.getByLabel('Code à six chiffres'));
  await page.keyboard.type(await code(page.request, phone));
  await key('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('C’est envoyé, merci !');
});
