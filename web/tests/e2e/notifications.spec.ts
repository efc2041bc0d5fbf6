// What a push service delivers is shown by the service worker, once, and leads to its report; what makes no sense does no harm.

import type { Page } from '@playwright/test';
import { COMMUNE, expect } from './fixtures.ts';
import { asResident, change, resident, send, withoutTiles } from './read-people.ts';
import { test } from './staff.ts';
import { type Background, background } from './worker.ts';

test.beforeEach(async ({ page }, info) => {
  test.skip(info.project.name !== 'phone', 'no matter of size');
  await withoutTiles(page);
});

interface Shown {
  title: string;
  body: string;
  tag: string;
}

interface Tray extends Background {
  shown: () => Promise<Shown[]>;
  /** Somebody presses the one with this tag. */
  press: (tag: string) => Promise<void>;
  /** Which new windows were asked for. */
  opened: () => Promise<string[]>;
}

/** What the story keeps inside the service worker. */
type Inside = {
  tray: Map<string, Shown & { data: unknown }>;
  opened: string[];
};

/**
 * A browser without a window never shows notifications, and opens windows for nobody's press: the tray is the story's own. As a
 * phone's it keeps one of each tag.
 */
async function tray(page: Page): Promise<Tray> {
  const behind = await background(page);
  await behind.worker.evaluate(() => {
    const here = globalThis as unknown as Inside & {
      registration: { showNotification: (title: string, options: Omit<Shown, 'title'> & { data: unknown }) => unknown };
      clients: { openWindow: (url: string) => unknown };
      WindowClient: { prototype: { focus: () => unknown } };
    };
    here.tray = new Map();
    here.opened = [];
    here.registration.showNotification = async (title, { body, tag, data }) => {
      here.tray.set(tag, { title, body, tag, data });
    };
    // Allowed after a real press alone.
    here.WindowClient.prototype.focus = async () => {};
    here.clients.openWindow = async (url) => {
      here.opened.push(url);
    };
  });
  return {
    ...behind,
    shown: () =>
      behind.worker.evaluate(() =>
        [...(globalThis as unknown as Inside).tray.values()].map(({ title, body, tag }) => ({ title, body, tag })),
      ),
    opened: () => behind.worker.evaluate(() => (globalThis as unknown as Inside).opened),
    press: (tag) =>
      behind.worker.evaluate(async (tag) => {
        const { tray } = globalThis as unknown as Inside;
        const event = new Event('notificationclick');
        let done: Promise<unknown> = Promise.resolve();
        Object.assign(event, {
          notification: { ...tray.get(tag), close: () => tray.delete(tag) },
          waitUntil: (work: Promise<unknown>) => {
            done = work;
          },
        });
        dispatchEvent(event);
        await done;
      }, tag),
  };
}

/** As `deliver_notice` writes it. */
const told = (url: string, more: Record<string, unknown> = {}) => ({
  title: 'En cours',
  body: 'Nous passons demain.',
  url,
  tag: crypto.randomUUID(),
  commune: COMMUNE,
  notice: 'one',
  ...more,
});

test('a step is told once, and pressing it opens the report', async ({ page, request }) => {
  const { id, words } = await send(request, await resident(request));
  await page.goto(`/${COMMUNE}/`);
  const behind = await tray(page);
  const step = told(`/${COMMUNE}/reports/${id}`);
  const next = told(`/${COMMUNE}/reports/${id}`, { title: 'Résolu' });
  await behind.push(JSON.stringify(step));
  await expect.poll(behind.shown).toEqual([{ title: step.title, body: step.body, tag: step.tag }]);
  await behind.push(JSON.stringify(step));
  await behind.push(JSON.stringify(next));
  await expect.poll(async () => (await behind.shown()).map((s) => s.tag)).toEqual([step.tag, next.tag]);
  await behind.press(step.tag);
  await expect(page).toHaveURL(`/${COMMUNE}/reports/${id}`);
  await expect(page.getByText(words)).toBeVisible();
  expect(await behind.opened(), 'in the window that was there').toEqual([]);
  expect((await behind.shown()).map((s) => s.tag)).toEqual([next.tag]);
});

test('pressing it where its report is shown keeps what is being written, and shows the news', async ({
  page,
  request,
  staff,
}) => {
  const who = await resident(request);
  const { id } = await send(request, who);
  await asResident(page, who);
  await page.goto(`/${COMMUNE}/reports/${id}`);
  const behind = await tray(page);
  const said = page.locator('textarea').first();
  await said.fill('La lampe clignote aussi.');
  const agent = await staff('agent', ['techniques']);
  await change(request, agent, id, { to: 'under_review', note: 'Nous passons demain.' });
  await expect(page.getByText('Nous passons demain.')).toHaveCount(0);
  const step = told(`/${COMMUNE}/reports/${id}`);
  await behind.push(JSON.stringify(step));
  await expect.poll(behind.shown).toHaveLength(1);
  await behind.press(step.tag);
  await expect(page.getByText('Nous passons demain.').first()).toBeVisible();
  await expect(said).toHaveValue('La lampe clignote aussi.');
  // A question of the commune has its own form, in which the words go on.
  await change(request, agent, id, { to: 'awaiting_reporter', note: 'Depuis quand ?' });
  await behind.push(JSON.stringify(told(`/${COMMUNE}/reports/${id}`, { tag: 'question' })));
  await expect.poll(behind.shown).toHaveLength(1);
  await behind.press('question');
  await expect(page.getByText('Depuis quand ?').first()).toBeVisible();
  await expect(said).toHaveValue('La lampe clignote aussi.');
  expect(await behind.opened()).toEqual([]);
});

test('a page in which something is being written, or that does not answer, is left alone', async ({
  page,
  request,
}) => {
  const who = await resident(request);
  const { id } = await send(request, who);
  const shown = `/${COMMUNE}/reports/${id}`;
  await asResident(page, who);
  await page.goto(shown);
  const behind = await tray(page);
  const said = page.locator('textarea').first();
  await said.fill('La lampe clignote aussi.');
  const other = told(`/${COMMUNE}/reports/01a00000-0000-7000-8000-000000000000`);
  const address = new URL(other.url, page.url()).href;
  await behind.push(JSON.stringify(other));
  await expect.poll(behind.shown).toHaveLength(1);
  await behind.press(other.tag);
  expect(await behind.opened()).toEqual([address]);
  await expect(page).toHaveURL(shown);
  await expect(said).toHaveValue('La lampe clignote aussi.');

  await page.addInitScript(() => {
    navigator.serviceWorker.addEventListener = () => {};
  });
  await page.goto(`/${COMMUNE}/`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await behind.push(JSON.stringify({ ...other, tag: 'later' }));
  await expect.poll(behind.shown).toHaveLength(1);
  await behind.press('later');
  expect(await behind.opened()).toEqual([address, address]);
  await expect(page).toHaveURL(`/${COMMUNE}/`);
});

test('without a window it opens one, and leaves an agent’s as it is', async ({ page }) => {
  await page.goto(`/${COMMUNE}/`);
  const behind = await tray(page);
  const step = told(`/${COMMUNE}/reports/01a00000-0000-7000-8000-000000000000`);
  await page.goto(`/${COMMUNE}/console/sign-in`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await behind.push(JSON.stringify(step));
  await expect.poll(behind.shown).toHaveLength(1);
  await behind.press(step.tag);
  const address = new URL(step.url, page.url()).href;
  expect(await behind.opened()).toEqual([address]);
  await expect(page).toHaveURL(`/${COMMUNE}/console/sign-in`);
  await page.goto('about:blank');
  await behind.push(JSON.stringify({ ...step, tag: 'later' }));
  await expect.poll(behind.shown).toHaveLength(1);
  await behind.press('later');
  expect(await behind.opened()).toEqual([address, address]);
});

test('what makes no sense is shown without words, and leads nowhere else', async ({ page }) => {
  await page.goto(`/${COMMUNE}/`);
  const behind = await tray(page);
  const bare = { title: 'Parvis', body: '', tag: 'parvis' };
  for (const data of ['', 'no JSON', 'null', '[1]', '{"title":5,"url":{}}']) {
    await page.evaluate((path) => history.pushState(null, '', path), `/${COMMUNE}/legal`);
    await behind.push(data);
    await expect.poll(behind.shown, data).toEqual([bare]);
    await behind.press('parvis');
    // The start page leads to the commune that was looked at last.
    await expect(page).toHaveURL(`/${COMMUNE}/`);
    await expect.poll(behind.shown).toEqual([]);
  }
  for (const url of ['https://elsewhere.example/', '//elsewhere.example/', 'javascript:alert(1)', 'http://']) {
    const step = told(url);
    await behind.push(JSON.stringify(step));
    await expect.poll(behind.shown).toHaveLength(1);
    await behind.press(step.tag);
    await expect.poll(behind.shown).toEqual([]);
  }
  expect(await behind.opened()).toEqual([]);
  await expect(page).toHaveURL(`/${COMMUNE}/`);
});

test.describe('of another commune', () => {
  test.use({ expectedErrors: [/status of 404/] });
  test('it leads there, as a guest', async ({ page }) => {
    await page.goto(`/${COMMUNE}/`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const tokens: string[] = [];
    page.on('request', (r) => {
      if (r.headers().authorization) tokens.push(r.url());
    });
    const behind = await tray(page);
    const step = told('/une-autre-commune/reports/01a00000-0000-7000-8000-000000000000', {
      commune: 'une-autre-commune',
    });
    await behind.push(JSON.stringify(step));
    await expect.poll(behind.shown).toHaveLength(1);
    await behind.press(step.tag);
    await expect(page).toHaveURL(step.url);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cette page n’existe pas');
    expect(tokens).toEqual([]);
  });
});
