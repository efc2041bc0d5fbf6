// What residents read: home, the lists with their filters, the map; by link, on the way back, without a network.

import type { Page } from '@playwright/test';
import { accessible, COMMUNE, expect, shot } from './fixtures.ts';
import { asResident, resident, send, withoutTiles } from './read-people.ts';
import { somewhere } from './report-people.ts';
import { test } from './staff.ts';

test.beforeEach(({ page }) => withoutTiles(page));

const cards = (page: Page) => page.locator('.report-card');
const home = `/${COMMUNE}/`;
const reports = `/${COMMUNE}/reports`;

/** Nothing of a page is wider than the screen. */
async function fits(page: Page, what: string) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, `${what} is no wider than the screen`).toBeLessThanOrEqual(0);
}

test('home says what one can do, what is one’s own and what goes on', async ({ page, request }) => {
  const who = await resident(request);
  const { words } = await send(request, who);
  await asResident(page, who);
  await page.goto(home);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Aubignac-sur-Arre');
  await expect(page.getByRole('link', { name: 'Signaler un problème' })).toHaveAttribute(
    'href',
    `${home}report?kind=problem`,
  );
  const section = (title: string) => page.locator('section', { has: page.getByRole('heading', { name: title }) });
  await expect(section('Vos signalements')).toContainText(words);
  await expect(cards(page).first()).toBeVisible();
  await page.getByText('Horaires').click();
  await expect(page.getByText('08:30 – 12:00, 13:30 – 17:30').first()).toBeVisible();
  await accessible(page, 'home');
  await shot(page, 'home');
});

test('a link shows its filters, the form changes them, and back takes them back', async ({ page, request }) => {
  const who = await resident(request);
  const road = await send(request, who);
  const idea = await send(request, who, { kind: 'idea', category: undefined, answers: {}, place: undefined });
  await asResident(page, who);
  await page.goto(`${reports}?kind=idea&mine=true`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Vos signalements');
  await expect(cards(page)).toHaveCount(1);
  await expect(cards(page)).toContainText(idea.words);
  await page.getByText('Filtrer (2 filtres)').click();
  await accessible(page, 'the filters');
  await shot(page, 'filters');
  await page.getByLabel('Sorte').selectOption('problem');
  await page.getByRole('button', { name: 'Afficher', exact: true }).click();
  await expect(cards(page)).toContainText(road.words);
  await expect(page).toHaveURL(/kind=problem&mine=true/);
  await page.goBack();
  await expect(cards(page)).toContainText(idea.words);
  await page.goto(`${reports}?mine=true&status=closed`);
  await expect(page.getByText('Aucun signalement ne correspond à ces filtres.')).toBeVisible();
  await accessible(page, 'an empty list');
});

test('the way back finds the list as long and where it was', async ({ page, request }) => {
  test.slow();
  for (let n = 0; n < 3; n++) {
    const who = await resident(request);
    for (let i = 0; i < 10; i++) await send(request, who);
  }
  await page.goto(reports);
  await expect(cards(page)).toHaveCount(25);
  await page.getByRole('button', { name: 'Afficher la suite' }).click();
  await expect(cards(page).nth(28)).toBeAttached();
  const far = cards(page).nth(27);
  await far.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  expect(before).toBeGreaterThan(500);
  await far.getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Ce qui a été signalé' })).toBeVisible();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  await page.goBack();
  await expect(cards(page).nth(28)).toBeAttached();
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before - 150);
});

test('pins are chosen by keyboard, and the map is found again by its link', async ({ page, request }) => {
  const who = await resident(request);
  const { words } = await send(request, who);
  await asResident(page, who);
  await page.goto(`${reports}?mine=true&view=map`);
  const pin = page.getByRole('button', { name: 'Voirie et trottoirs, Reçu' });
  await pin.focus();
  await page.keyboard.press('Enter');
  const card = page.locator('.picked-card');
  await expect(card).toBeFocused();
  await expect(card).toContainText(words);
  await accessible(page, 'a pin’s card');
  await shot(page, 'map-card');
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await expect(pin).toBeFocused();
  const place = () => new URL(page.url()).searchParams.get('at');
  const zoom = () => Number(place()?.split(',')[2] ?? 0);
  const before = zoom();
  await page.getByRole('button', { name: 'Agrandir' }).click();
  // The address follows the map.
  await expect.poll(zoom).toBeGreaterThan(before);
  await expect(page).toHaveURL(/at=43\.\d+,5\.\d+,1\d/);
  const at = place();
  await page.goto(`${reports}?mine=true&view=map&at=${at}`);
  await expect(pin).toBeAttached();
  await expect.poll(place).toBe(at);
});

test('the map shows all that goes with the filters, not only what the list has loaded', async ({
  page,
  request,
}, info) => {
  test.slow();
  const who = await resident(request);
  // South of the ideas of other stories, and of this one's on the other size: what is in view here is its own.
  const south = info.project.name === 'phone' ? 43.658 : 43.6635;
  const place = { ...somewhere(), latitude: south + Math.random() * 0.0045 };
  const idea = { kind: 'idea', category: undefined, answers: {} };
  const { words } = await send(request, who, { ...idea, place });
  await send(request, who, { place });
  for (let n = 0; n < 3; n++) {
    const other = await resident(request);
    for (let i = 0; i < 9; i++) await send(request, other, { ...idea, place: undefined });
  }
  await page.goto(`${reports}?kind=idea`);
  await expect(cards(page)).toHaveCount(25);
  await expect(cards(page).filter({ hasText: words })).toHaveCount(0);
  await page.goto(`${reports}?kind=idea&view=map&at=${place.latitude.toFixed(6)},${place.longitude.toFixed(6)},19`);
  const pin = page.locator('.map').getByRole('button', { name: 'Idée, Reçu' });
  await expect(pin).toHaveCount(1);
  await expect(page.locator('.map').getByRole('button', { name: /Voirie/ })).toHaveCount(0);
  await pin.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.picked-card')).toContainText(words);

  // More than the platform looks at one by one: it counts all, and says so.
  await page.route('**/map?*', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), filtered: false } });
  });
  await page.reload();
  await expect(page.getByText('Trop de signalements dans cette vue pour les filtrer')).toBeVisible();
});

test('clusters say how many they are and open', async ({ page, request }) => {
  const who = await resident(request);
  await send(request, who);
  await page.goto(`${reports}?view=map&at=43.6704,5.5912,12`);
  const cluster = page.getByRole('button', { name: /\d+ signalements?, dont \d+ en cours : agrandir/ }).first();
  await expect(cluster).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'dans cette vue' })).toBeVisible();
  await page.getByText('Légende').click();
  await expect(page.getByRole('listitem').filter({ hasText: 'terminé' }).locator('svg')).toBeVisible();
  await accessible(page, 'the map');
  await shot(page, 'map');
  await cluster.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/at=[\d.,]+,14/);
});

test.describe('without a network', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });
  test('the last known list and report say how old they are', async ({ page, context, request }) => {
    const who = await resident(request);
    await send(request, who);
    await page.goto(reports);
    // Whichever is first: stories beside this one send more than a page of them in a moment.
    const one = cards(page).first();
    const words = (await one.locator('.excerpt').textContent()) ?? '';
    const address = (await one.getByRole('link').getAttribute('href')) ?? '';
    await one.getByRole('link').click();
    await expect(page).toHaveURL(address);
    await expect(page.getByRole('heading', { name: 'Ce qui s’est passé' })).toBeVisible();
    await page.getByRole('link', { name: 'Aubignac-sur-Arre' }).click();
    await expect(page.getByRole('heading', { name: 'Derniers signalements' })).toBeVisible();
    await context.setOffline(true);
    await page.getByRole('link', { name: 'Signalements', exact: true }).click();
    await expect(page.getByText(/^Pas de réseau\. Voici ce qui était connu/)).toBeVisible();
    const known = cards(page).filter({ has: page.locator(`a[href="${address}"]`) });
    await expect(known).toContainText(words);
    await known.getByRole('link').click();
    await expect(page.getByText(/^Pas de réseau\. Voici ce qui était connu/)).toBeVisible();
    await accessible(page, 'a report without a network');
    await shot(page, 'offline');
    await context.setOffline(false);
  });
});

test.describe('in the dark, narrow and large', () => {
  test.use({ colorScheme: 'dark', viewport: { width: 320, height: 640 } });
  test('everything is legible and nothing is cut off', async ({ page, request }) => {
    const who = await resident(request);
    const long = `Un mot sans fin : ${'anticonstitutionnellement'.repeat(8)}\n\n${'Le caniveau déborde à chaque pluie. '.repeat(20)}`;
    const { id } = await send(request, who, { description: long });
    await asResident(page, who);
    const screens: [string, string][] = [
      ['home', home],
      ['list', `${reports}?mine=true`],
      ['map', `${reports}?mine=true&view=map`],
      ['report', `${reports}/${id}`],
      ['me', `${home}me`],
      ['legal', `${home}legal`],
      ['privacy', `${home}privacy`],
    ];
    for (const [name, path] of screens) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.spinner')).toHaveCount(0);
      await fits(page, name);
      await accessible(page, `${name} in the dark`);
      await shot(page, `dark-${name}`);
    }
  });
});

test('English is one press away', async ({ page }) => {
  await page.goto(reports);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Reports');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await accessible(page, 'the list in English');
  await page.getByRole('button', { name: 'Français' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Signalements');
});

test('the start page opens a commune by its name and comes back to it', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await accessible(page, 'the start');
  await shot(page, 'welcome');
  await page.getByRole('button', { name: 'Ouvrir' }).click();
  await expect(page.getByText('Indiquez le nom de votre commune.').first()).toBeVisible();
  await expect(page.getByLabel('Votre commune')).toBeFocused();
  await page.getByLabel('Votre commune').fill('Aubignac sur Arre');
  await page.getByRole('button', { name: 'Ouvrir' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Aubignac-sur-Arre');
  await page.goto('/');
  await expect(page).toHaveURL(home);
  await page.getByRole('link', { name: 'Changer de commune' }).click();
  await expect(page.getByRole('link', { name: 'Revenir à Aubignac-sur-Arre' })).toBeVisible();
});
