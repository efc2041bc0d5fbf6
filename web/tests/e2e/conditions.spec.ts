// What residents do most, and staff and operators, under what makes it hard: a slow network, no pointer, letters twice as large,
// dark colours and nothing that moves, and another language. One table of conditions, two of ways (the other in staff-ways.ts);
// each way ends where the platform knows what was done.

import type { Page } from '@playwright/test';
import type { Schemas } from '../../src/api/client.ts';
import { enrol, newCommune, newOperator } from './desk.ts';
import { accessible, COMMUNE, code, expect, freshEmail, freshPhone, messages } from './fixtures.ts';
import { type Hand, keyboard, pointer } from './hands.ts';
import { clipped, moving, tooWide } from './look.ts';
import { foreign } from './phrases.ts';
import { change, type Resident, resident, send, somewhere } from './read-people.ts';
import { faint } from './reading.ts';
import { test as base, noTiles, signedIn } from './screens.ts';
import type { Member } from './staff.ts';
import { STAFF_WAYS, type Walk } from './staff-ways.ts';

interface Condition {
  project: 'phone' | 'desk';
  use?: Parameters<typeof base.use>[0];
  begin?: (page: Page) => Promise<void>;
  hand?: (page: Page) => Hand;
  /** What is wrong with a screen under it. */
  look?: (page: Page, walk: Pick<Walk, 'early'>) => Promise<string[]>;
}

const CONDITIONS: Record<string, Condition> = {
  'on a slow network': { project: 'phone', begin: slow },
  'by keyboard alone': { project: 'desk', hand: keyboard },
  'at 200 %': {
    project: 'desk',
    use: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
    look: async (page) => [...(await tooWide(page)), ...(await clipped(page))],
  },
  'in the dark, without movement': {
    project: 'desk',
    use: { colorScheme: 'dark', reducedMotion: 'reduce' },
    look: async (page) => {
      await accessible(page, 'in the dark, this');
      return [...(await moving(page)), ...(await faint(page))];
    },
  },
  'in English': {
    project: 'phone',
    use: { locale: 'en-GB' },
    // Some commune is called as an example in a text is.
    look: async (page, { early }) => (await foreign(page, 'en')).filter((words) => !early.name.includes(words)),
  },
};

/** As out in the country: 3G with little of it. */
async function slow(page: Page) {
  const wire = await page.context().newCDPSession(page);
  await wire.send('Network.enable');
  const speed = { latency: 400, downloadThroughput: 50_000, uploadThroughput: 25_000 };
  await wire.send('Network.emulateNetworkConditions', { offline: false, ...speed });
}

const submit = (page: Page) => page.locator('main form button[type=submit]');
const digits = (page: Page) => page.locator('input[autocomplete=one-time-code]');
const card = (page: Page, words: string) => page.locator('.report-card', { hasText: words }).locator('h3 a');
/** Of a report's own page: lists say its words, too. */
const description = (page: Page) => page.locator('.report-page .description');
const idea = { kind: 'idea', category: undefined, answers: {}, place: undefined };
const as = (who: Resident) => ({ authorization: `Bearer ${who.token}` });

/** A resident who is signed in here. */
async function someone({ page, request }: Walk): Promise<Resident> {
  const who = await resident(request);
  const me = await (await request.get(`/v1/${COMMUNE}/me`, { headers: as(who) })).json();
  const account = { id: me.id, role: 'resident', language: 'fr' };
  const session = { commune: COMMUNE, account, access_token: who.token, expires_in: 900 };
  await signedIn(page, session as unknown as Schemas['SessionView']);
  return who;
}

const reportOf = async ({ request }: Walk, id: string, who?: Resident) =>
  (await request.get(`/v1/${COMMUNE}/reports/${id}`, who ? { headers: as(who) } : {})).json();

const WAYS: Record<string, (walk: Walk) => Promise<void>> = {
  'a report is written and sent': async ({ page, request, hand, stop }) => {
    const [phone, at, words] = [freshPhone(), somewhere(), `Pothole ${crypto.randomUUID().slice(0, 8)}`];
    await page.goto(`/${COMMUNE}/report`);
    await hand.tick(page.getByRole('radio', { name: 'Voirie et trottoirs' }));
    await hand.press(page.locator('details.coordinates summary'));
    await hand.write(
      page.locator('details.coordinates input'),
      `${at.latitude.toFixed(5)}, ${at.longitude.toFixed(5)}`,
    );
    await hand.press(page.locator('details.coordinates button'));
    await expect(page.locator('.notice.chosen')).toBeVisible();
    await hand.write(page.locator('main textarea').first(), words);
    await hand.tick(
      page
        .getByRole('group', { name: /dangereux/ })
        .getByRole('radio')
        .first(),
    );
    await hand.write(page.locator('input[type=tel]'), phone);
    await stop('the filled form');
    await hand.press(submit(page));
    await expect(digits(page)).toBeVisible();
    await stop('the code');
    await hand.write(digits(page), await code(request, phone));
    await hand.press(submit(page));
    await expect(page.locator('main a[href*="/reports/"]').first()).toBeVisible();
    await stop('the thanks');
    const link = await page.locator('main a[href*="/reports/"]').first().getAttribute('href');
    expect((await (await request.get(`/v1${link}`)).json()).description).toBe(words);
    expect(await messages(request, phone)).toHaveLength(1);
  },

  'a list is filtered and a report opened': async (walk) => {
    const { page, request, hand, stop } = walk;
    const who = await someone(walk);
    const [wanted, other] = [await send(request, who, idea), await send(request, who)];
    await page.goto(`/${COMMUNE}/reports?mine=true`);
    await expect(card(page, other.words)).toBeVisible();
    await hand.press(page.locator('details.filters summary'));
    await hand.pick(page.locator('details.filters select:has(option[value=idea])'), 'idea');
    await stop('the filters');
    await hand.press(page.locator('details.filters button[type=submit]'));
    await expect(card(page, other.words)).toHaveCount(0);
    await stop('the list');
    await hand.press(card(page, wanted.words));
    await expect(page).toHaveURL(`/${COMMUNE}/reports/${wanted.id}`);
    await expect(description(page)).toHaveText(wanted.words);
    await stop('the report');
  },

  'a report is followed and commented': async (walk) => {
    const { page, request, hand, stop } = walk;
    const { id } = await send(request, await resident(request));
    const who = await someone(walk);
    await page.goto(`/${COMMUNE}/reports/${id}`);
    await hand.press(page.locator('.follow button'));
    await expect.poll(async () => (await reportOf(walk, id, who)).following).toBe(true);
    await hand.write(page.locator('main textarea'), 'My bicycle, too.');
    await hand.press(submit(page));
    await expect(page.getByRole('listitem').filter({ hasText: 'My bicycle, too.' })).toHaveCount(1);
    await stop('a comment');
    await hand.press(page.locator('.follow button'));
    await expect.poll(async () => (await reportOf(walk, id, who)).following).toBe(false);
  },

  'a report is taken back': async (walk) => {
    const { page, request, hand, stop } = walk;
    const { id } = await send(request, await someone(walk));
    await page.goto(`/${COMMUNE}/reports/${id}`);
    await hand.press(page.locator('.report-actions .danger'));
    await expect(page.getByRole('dialog')).toBeVisible();
    await stop('the question');
    await hand.press(page.getByRole('dialog').locator('.danger'));
    await expect(page.locator('.standing .status-closed')).toBeVisible();
    await stop('a report that was taken back');
    expect((await reportOf(walk, id)).close_reason).toBe('withdrawn');
  },

  'a report is said not to be solved': async (walk) => {
    const { page, request, world, hand, stop } = walk;
    const who = await someone(walk);
    const { id } = await send(request, who);
    await change(request, { token: world.sessions.staff.access_token } as Member, id, {
      to: 'resolved',
      note: 'Done.',
    });
    await page.goto(`/${COMMUNE}/reports/${id}`);
    const section = page.locator('section.card.no-print');
    await hand.press(section.getByRole('button'));
    await hand.write(section.locator('textarea'), 'It is there again.');
    await stop('not solved');
    await hand.press(section.locator('button[type=submit]'));
    await expect(page.locator('.standing .status-reopen_requested')).toBeVisible();
    await stop('what the commune decides now');
    expect((await reportOf(walk, id, who)).status).toBe('reopen_requested');
  },

  'channels are chosen and a copy is fetched': async (walk) => {
    const { page, request, hand, stop } = walk;
    const who = await someone(walk);
    const { words } = await send(request, who);
    await page.goto(`/${COMMUNE}/me`);
    await expect(page.locator('#mine')).toContainText(words);
    await hand.tick(page.locator('#channels input[value=email]'));
    const channels = async () => (await (await request.get(`/v1/${COMMUNE}/me`, { headers: as(who) })).json()).channels;
    await expect.poll(channels).not.toContain('email');
    await hand.press(page.locator('#data .card').first().getByRole('button'));
    // Copies are made once a minute.
    test.setTimeout(180_000);
    await expect(page.locator('#data a[download]')).toBeVisible({ timeout: 100_000 });
    await stop('one’s own space');
    const file = await request.get((await page.locator('#data a[download]').getAttribute('href')) ?? '');
    expect(file.status()).toBe(200);
  },

  'what one was told is read': async (walk) => {
    const { page, request, world, hand, stop } = walk;
    const who = await someone(walk);
    const { id, words } = await send(request, who);
    const seen = (await messages(request, who.email)).length;
    await change(request, { token: world.sessions.staff.access_token } as Member, id, {
      to: 'under_review',
      note: 'We look.',
    });
    await expect
      .poll(async () => (await messages(request, who.email)).length, { timeout: 30_000 })
      .toBeGreaterThan(seen);
    const notices = async () => {
      const answer = await request.get(`/v1/${COMMUNE}/me/notices`, { headers: as(who) });
      return (await answer.json()).notices.map((n: { note?: string }) => n.note);
    };
    await expect.poll(notices, { timeout: 30_000 }).toContain('We look.');
    await page.goto(`/${COMMUNE}/me#notices`);
    const told = page.locator('#notices li', { hasText: 'We look.' });
    await expect(told).toBeVisible();
    await stop('what one was told');
    await hand.press(told.getByRole('link'));
    await expect(page).toHaveURL(`/${COMMUNE}/reports/${id}`);
    await expect(description(page)).toHaveText(words);
  },

  'an account is erased': async (walk) => {
    const { page, request, hand, stop } = walk;
    const who = await someone(walk);
    await page.goto(`/${COMMUNE}/me`);
    await hand.press(page.locator('#data button.danger'));
    const dialog = page.getByRole('dialog');
    await stop('the question');
    const seen = (await messages(request, who.email)).length;
    await hand.press(dialog.locator('button[type=submit]'));
    await hand.write(digits(page), await code(request, who.email, seen));
    await stop('its code');
    await hand.press(dialog.locator('button[type=submit]'));
    await expect(page.locator('.me-page')).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await stop('the end');
    expect((await request.get(`/v1/${COMMUNE}/me`, { headers: as(who) })).status()).toBe(401);
  },

  'somebody signs in': async ({ page, request, hand, stop }) => {
    const email = freshEmail();
    await page.goto(`/${COMMUNE}/sign-in`);
    await hand.write(page.locator('input[name=contact]'), email);
    await stop('the contact');
    await hand.press(submit(page));
    await hand.write(digits(page), await code(request, email));
    await stop('the code');
    await hand.press(submit(page));
    await expect(page.locator('#contacts')).toContainText(email);
    await stop('one’s own space');
  },

  'an invitation is used': async (walk) => {
    const { page, request, world, hand, stop } = walk;
    const headers = { authorization: `Bearer ${world.sessions.staff.access_token}` };
    const data = { label: 'Essai', limit: 1, expires_at: new Date(Date.now() + 86_400_000).toISOString() };
    const made = await request.post(`/v1/${COMMUNE}/launch/invites`, { headers, data });
    expect(made.status(), await made.text()).toBe(201);
    const { code: invite } = await made.json();
    await someone(walk);
    await page.goto(`/${COMMUNE}/join`);
    await hand.write(page.locator('main form input'), invite);
    await stop('the invitation');
    await hand.press(submit(page));
    await expect(page.locator('.notice.good')).toBeVisible();
    await stop('an invitation that was used');
    // It was for one alone.
    const again = await request.post(`/v1/${COMMUNE}/launch/invitation`, {
      headers: { ...as(await resident(request)), 'accept-language': 'fr' },
      data: { code: invite },
    });
    expect(again.status()).toBe(422);
    const refused = await again.json();
    expect(refused.type).toBe('urn:parvis:problem:code_refused');
    expect(refused.detail).toContain('servi 1 fois');
  },

  'somebody asks to be told of the launch': async ({ page, request, early, hand, stop }) => {
    const email = freshEmail();
    const authorization = `Bearer ${early.administrator.token}`;
    const waiting = async () =>
      (await (await request.get(`/v1/${early.id}/launch`, { headers: { authorization } })).json()).waiting as number;
    const before = await waiting();
    await page.goto(`/${early.id}/`);
    await hand.press(page.locator('.phase button'));
    await hand.write(page.locator('input[name=contact]'), email);
    await stop('the contact');
    await hand.press(submit(page));
    await hand.write(digits(page), await code(request, email));
    await hand.press(submit(page));
    await expect(page.locator('.noted')).toBeVisible();
    await expect.poll(waiting).toBe(before + 1);
    await stop('it is noted');
  },
};

/** A commune that its operator has just subscribed. */
const test = base.extend<object, { early: Walk['early'] }>({
  early: [
    async ({ playwright }, use) => {
      const request = await playwright.request.newContext({ baseURL: process.env.PARVIS_URL ?? '' });
      const operator = await enrol(request, 'operator', await newOperator(request));
      await use({ ...(await newCommune(request, operator)), operator });
      await request.dispose();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test.describe.configure({ timeout: 120_000 });

for (const [name, condition] of Object.entries(CONDITIONS)) {
  test.describe(name, () => {
    // Signing out of an account that is gone is answered with 401; of an export that nobody ordered there is none.
    test.use({ actionTimeout: 20_000, ...condition.use, expectedErrors: [/status of 40[14]/] });

    for (const [what, go] of Object.entries({ ...WAYS, ...STAFF_WAYS })) {
      test(what, async ({ page, request, world, early }, info) => {
        test.skip(info.project.name !== condition.project, 'of the other size');
        await noTiles(page);
        await condition.begin?.(page);
        const stop = async (where: string) => {
          await expect(page.locator('.spinner')).toHaveCount(0);
          if (condition.look) expect(await condition.look(page, { early }), `${where} ${name}`).toEqual([]);
        };
        await go({ page, request, world, early, stop, hand: (condition.hand ?? pointer)(page) });
      });
    }
  });
}
