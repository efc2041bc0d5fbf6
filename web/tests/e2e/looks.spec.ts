// What a commune chose to look like is what residents see: its two colours and its logo, legible in light and in dark.

import type { APIRequestContext, Page } from '@playwright/test';
import { contrast, parse } from '../../src/ui/theme.ts';
import { resident } from '../world.mjs';
import { call, type FreshCommune, newCommune, test } from './desk.ts';
import { accessible, expect, shot } from './fixtures.ts';
import { noTiles, signedIn } from './screens.ts';

/** The platform takes it and just so: white words on it have 4.57. */
const PRIMARY = '#c84f1f';
const ACCENT = '#8fd14f';

/** A circle in dark blue, with nothing around it. */
const logo = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 96;
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('nothing can be drawn');
    pen.strokeStyle = '#0b1f4b';
    pen.lineWidth = 14;
    pen.arc(48, 48, 36, 0, 7);
    pen.stroke();
    return canvas.toDataURL('image/png').split(',')[1];
  });

/** Opens the commune to all, in these colours and with this logo. */
async function dress(request: APIRequestContext, { id, administrator: as }: FreshCommune, picture: string | undefined) {
  const put = async (path: string, change: (now: object) => object) => {
    const now = await request.get(`/v1/${id}${path}`, { headers: { authorization: `Bearer ${as.token}` } });
    const headers = { 'if-match': now.headers().etag ?? '' };
    await call(request, 'PUT', `/v1/${id}${path}`, { as, headers, data: change(await now.json()) });
  };
  await put('/settings', (now) => ({ ...now, colours: { primary: PRIMARY, accent: ACCENT } }));
  await call(request, 'PUT', `/v1/${id}/logo`, { as, data: { picture } });
  await put('/launch', () => ({ phase: 'live' }));
  // Settings are kept for ten seconds.
  const shown = async () => (await call(request, 'GET', `/v1/${id}`)).colours.primary;
  await expect.poll(shown).toBe(PRIMARY);
}

/** A report of a new resident's, about which the commune asks something. */
async function asked(request: APIRequestContext, { id, administrator: as }: FreshCommune, origin: string) {
  const who = await resident(origin, id);
  const own = { authorization: `Bearer ${who.access_token}` };
  const headers = { ...own, 'idempotency-key': crypto.randomUUID() };
  const sent = await call(request, 'POST', `/v1/${id}/reports`, {
    headers,
    data: { kind: 'idea', description: 'Un banc près du lavoir' },
  });
  const path = `/v1/${id}/reports/${sent.id}`;
  const { version } = await call(request, 'GET', path, { headers: own });
  const data = { to: 'awaiting_reporter', note: 'De quel côté ?' };
  await call(request, 'POST', `${path}/status`, { as, headers: { 'if-match': `"${version}"` }, data });
  return { who, report: sent.id as string };
}

/** A colour as computed styles say it. */
const rgb = (hex: string) => `rgb(${parse(hex).join(', ')})`;

test('its colours and its logo are those of the app, legible in light and in dark', async ({
  page,
  request,
  operator,
  baseURL,
}) => {
  test.slow();
  const commune = await newCommune(request, operator);
  await dress(request, commune, await logo(page));
  const { who, report } = await asked(request, commune, baseURL ?? '');
  await signedIn(page, who);
  await noTiles(page);
  await page.goto(`/${commune.id}/`);

  const notice = page.getByText('attend votre réponse', { exact: false }).first();
  const badge = page.locator('.report-card .status').first();
  const main = page.locator('main a.button.main').first();
  const picture = page.locator('header img');
  await expect(notice).toBeVisible();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const told of [notice, badge]) {
      await expect(told).toHaveCSS('background-color', rgb(ACCENT));
      await expect(told).toHaveCSS('color', 'rgb(0, 0, 0)');
    }
    // It is the commune's, a little darker.
    const button = await main.evaluate((e) => getComputedStyle(e).backgroundColor.match(/\d+/g)?.map(Number));
    const [r = 0, g = 0, b = 0] = button ?? [];
    expect(contrast([r, g, b], parse('#ffffff'))).toBeGreaterThanOrEqual(4.6);
    expect(contrast([r, g, b], parse(PRIMARY))).toBeLessThan(1.1);
    expect(await picture.evaluate((e: HTMLImageElement) => e.decode().then(() => e.naturalWidth))).toBe(96);
    // What is drawn in dark lines is seen on white, whatever the page is.
    expect(await ground(picture)).toBe('rgb(255, 255, 255)');
    await accessible(page, `a commune's own looks, ${scheme}`);
    await shot(page, `looks-${scheme}`);
  }
  await page.goto(`/${commune.id}/reports/${report}`);
  await expect(page.locator('.standing .status')).toHaveCSS('background-color', rgb(ACCENT));
  await accessible(page, 'a report that waits for its author, in the dark');
});

/** What is behind an element: its own ground, or that of what it stands in. */
const ground = (of: ReturnType<Page['locator']>) =>
  of.evaluate((e) => {
    for (let at: Element | null = e; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor;
    }
    return '';
  });
