// The inbox over the platform's own: late first, the member's services asked for and read as one, by pages, counted; and on a
// network that hardly is one.

import type { Page } from '@playwright/test';
import type { Schemas } from '../../src/api/client.ts';
import { CONSOLE, look, PHOTO, spot } from './console-people.ts';
import { accessible, COMMUNE, messages } from './fixtures.ts';
import { asMember, expect, report, test } from './staff.ts';

test.describe.configure({ timeout: 150_000 });

const INBOX = `/v1/${COMMUNE}/inbox`;
const SERVICES = ['techniques', 'accueil'];

/** The same pages as ever, but small ones. Answers which services were asked for. */
async function smallPages(page: Page, size: number): Promise<Set<string | null>> {
  const asked = new Set<string | null>();
  await page.route(`**${INBOX}?*`, async (route) => {
    const url = new URL(route.request().url());
    asked.add(url.searchParams.get('service'));
    url.searchParams.set('limit', String(size));
    await route.continue({ url: url.href });
  });
  return asked;
}

/** Calls like these are not answered before the story says so. */
async function hold(page: Page, calls: string): Promise<() => void> {
  let release = () => {};
  const gate = new Promise<void>((open) => {
    release = open;
  });
  await page.route(calls, async (route) => {
    await gate;
    await route.fallback();
  });
  return release;
}

const shown = (page: Page) =>
  page.locator('a.row-link').evaluateAll((links) => links.map((link) => link.getAttribute('href')?.split('/').at(-1)));

test('late first, from several services as from one, page by page; counts and map say the same', async ({
  page,
  staff,
  request,
}) => {
  const agent = await staff('agent', SERVICES);
  // More than two pages of both services, whatever other stories have sent before.
  for (let i = 0; i < 5; i++) await report(request);
  for (let i = 0; i < 5; i++) await report(request, { kind: 'idea', category: undefined, answers: {} });
  await asMember(page, agent);
  const asked = await smallPages(page, 2);
  const headers = { authorization: `Bearer ${agent.token}` };
  const whole = async () => {
    const all: Schemas['ReportSummary'][] = [];
    let counts: Schemas['ServiceCount'][] = [];
    let next: string | null = null;
    do {
      const cursor: string = next ? `&cursor=${encodeURIComponent(next)}` : '';
      const got = (await (
        await request.get(`${INBOX}?limit=100${cursor}`, { headers })
      ).json()) as Schemas['InboxPage'];
      all.push(...got.reports);
      counts = got.counts ?? counts;
      next = got.next ?? null;
    } while (next);
    const mine = all.filter(({ service }) => SERVICES.includes(service.id));
    return { mine, counts: counts.filter(({ service }) => SERVICES.includes(service)) };
  };
  // Other stories run beside this one: what they changed meanwhile is loaded anew.
  await expect(async () => {
    asked.clear();
    await page.goto(`${CONSOLE}/`);
    await expect(page.locator('a.row-link').first()).toBeVisible();
    const first = await shown(page);
    await page.getByRole('button', { name: 'Afficher la suite' }).click();
    await expect.poll(async () => (await shown(page)).length).toBeGreaterThan(first.length);
    const second = await shown(page);
    expect(second.slice(0, first.length)).toEqual(first);
    const { mine, counts } = await whole();
    expect(second).toEqual(mine.slice(0, second.length).map(({ id }) => id));
    expect([...asked].sort()).toEqual([...SERVICES].sort());
    const total = counts.flatMap(({ by_status }) =>
      Object.entries(by_status).map(([status, n]) => (['resolved', 'closed'].includes(status) ? 0 : n)),
    );
    const open = total.reduce((sum, n) => sum + n, 0);
    await expect(page.getByRole('link', { name: /Tout ce qui est ouvert/ })).toContainText(String(open));
    await expect(page.getByRole('status').first()).toContainText(`${second.length} premiers signalements sur ${open}`);
  }).toPass({ timeout: 60_000 });
  const map = page.getByRole('button', { name: 'Afficher la carte' });
  if (await map.isVisible()) await map.click();
  await expect(page.locator('.console-pin').first()).toBeVisible();
  // What has a place in the list is on the map, and nothing else.
  const ids = await shown(page);
  const there = (await whole()).mine.filter(({ id, place }) => ids.includes(id) && place);
  const pins = await page.locator('.console-pin').count();
  expect(pins).toBeGreaterThanOrEqual(there.length);
  expect(pins).toBeLessThanOrEqual(ids.length);
  await accessible(page, 'inbox of several services');
  await look(page, 'console-inbox-services');
  await page.getByText(/^Filtres/).click({ trial: true });
  if (!(await page.getByLabel('Service', { exact: true }).isVisible())) await page.getByText(/^Filtres/).click();
  const service = page.getByLabel('Service', { exact: true });
  await expect(service.locator('option:checked')).toHaveText('Mes services');
  await expect(service.locator('option', { hasText: 'Tous les services' })).toHaveText(/^Tous les services \(\d+\)$/);
  // One service is one list; a status is asked of the platform too, and all of it is in the address.
  asked.clear();
  await service.selectOption('accueil');
  await page.getByRole('link', { name: /^Reçu/ }).click();
  await expect(page).toHaveURL(/status=received&service=accueil/);
  await expect.poll(() => [...asked]).toEqual(['accueil']);
  // First what was shown before is gone.
  const others = page.locator('.row', { hasNotText: 'Reçu' });
  await expect(others).toHaveCount(0);
  await expect(page.locator('.row').first()).toBeVisible();
  await expect(others).toHaveCount(0);
  await accessible(page, 'inbox of one service and status');
});

test('a pin says by a sign, not by its colour alone, how its report stands', async ({ page, staff, request }) => {
  const agent = await staff('agent', ['techniques']);
  const signs = { received: '', in_progress: '…', awaiting_reporter: '?', resolved: '✓' };
  const sent: [string, string][] = [];
  for (const [to, sign] of Object.entries(signs)) {
    const { id, words } = await report(request, { place: spot() });
    const headers = { authorization: `Bearer ${agent.token}`, 'if-match': '"1"' };
    const data = { to, note: 'De quel côté ?' };
    const path = `/v1/${COMMUNE}/reports/${id}/status`;
    if (to !== 'received') expect((await request.post(path, { headers, data })).status()).toBe(200);
    sent.push([words, sign]);
  }
  await asMember(page, agent);
  const mapOf = async (list: string) => {
    await page.goto(CONSOLE + list);
    await expect(page.locator('a.row-link').first()).toBeVisible();
    const map = page.getByRole('button', { name: 'Afficher la carte' });
    if (await map.isVisible()) await map.click();
  };
  await mapOf('/?sort=new');
  const pin = (words: string) => page.locator(`.console-pin[title="${words}"]`);
  for (const [words, sign] of sent.slice(0, 3)) await expect(pin(words)).toHaveText(sign);
  await look(page, 'console-inbox-pins');
  const [words, sign] = sent[3] ?? ['', ''];
  await mapOf('/?status=resolved');
  await expect(pin(words)).toHaveText(sign);
  await accessible(page, 'pins with signs');
});

test.describe('on the way', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] });
  test('a filter that hits nothing, and a list that fails on the way', async ({ page, staff, request }) => {
    const agent = await staff('agent', ['techniques']);
    for (let i = 0; i < 3; i++) await report(request);
    await asMember(page, agent);
    await smallPages(page, 2);
    await page.goto(`${CONSOLE}/?kind=praise&service=techniques`);
    await expect(page.getByText('Aucun signalement ne correspond à ces filtres.')).toBeVisible();
    await accessible(page, 'inbox without a hit');
    await page.goto(`${CONSOLE}/`);
    await expect(page.locator('.row').first()).toBeVisible();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Afficher la suite' }).click();
    await expect(page.getByText('Impossible de joindre le service')).toBeVisible();
    const before = await shown(page);
    await accessible(page, 'inbox, the next page failed');
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await expect.poll(async () => (await shown(page)).length).toBeGreaterThan(before.length);
  });
});

test('on a slow network each step says that it is on its way, and the resident is told once', async ({
  page,
  context,
  staff,
  request,
}) => {
  const agent = await staff('agent', ['techniques']);
  const sent = await report(request);
  const before = (await messages(request, sent.email)).length;
  await asMember(page, agent);
  await page.goto(`${CONSOLE}/`);
  await expect(page.locator('.row').first()).toBeVisible();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  const slow = { offline: false, latency: 800, downloadThroughput: 40_000, uploadThroughput: 20_000 };
  await wire.send('Network.emulateNetworkConditions', slow);
  if (!(await page.getByLabel('Ordre').isVisible())) await page.getByText(/^Filtres/).click();
  const list = await hold(page, `**/v1/${COMMUNE}/reports?*`);
  await page.getByLabel('Ordre').selectOption({ label: 'Plus récents' });
  await expect(page.locator('.spinner')).toBeVisible();
  // What is counted stays on the screen meanwhile.
  await expect(page.getByRole('link', { name: /Tout ce qui est ouvert \d/ })).toBeVisible();
  await look(page, 'console-slow-inbox');
  list();
  const one = await hold(page, `**/v1/${COMMUNE}/reports/${sent.id}`);
  await page.getByRole('link', { name: sent.words }).click();
  await expect(page.locator('.spinner')).toBeVisible();
  one();
  await expect(page.locator('.said')).toHaveText(sent.words);
  await page.getByRole('button', { name: 'Changer d’étape' }).click();
  await page.getByRole('radio', { name: 'Résolu' }).check();
  await page.getByLabel('Photos après travaux').setInputFiles(PHOTO);
  await expect(page.getByRole('button', { name: 'Retirer la photo 1' })).toBeVisible({ timeout: 40_000 });
  const change = await hold(page, `**/v1/${COMMUNE}/reports/${sent.id}/status`);
  await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await page.getByRole('button', { name: 'Envoyer maintenant' }).click();
  await expect(page.getByText('Envoi…')).toBeVisible();
  await accessible(page, 'a change that is being sent');
  await expect(page.getByText('Envoi…')).toBeVisible();
  change();
  await expect(page.getByText('C’est envoyé.')).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole('img', { name: 'Photos après travaux' })).toBeVisible();
  const seen = await (await request.get(`/v1/${COMMUNE}/reports/${sent.id}`)).json();
  expect([seen.status, seen.after_photos.length, seen.version]).toEqual(['resolved', 1, 2]);
  await expect.poll(async () => (await messages(request, sent.email)).length).toBe(before + 1);
});
