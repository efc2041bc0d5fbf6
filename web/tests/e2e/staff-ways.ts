// What staff and operators do most, for the conditions of conditions.spec.ts: as there, each way ends where the platform knows
// what was done, and knows its screens by what they have in every language.

import type { APIRequestContext, Page } from '@playwright/test';
import { call, signedIn as deskOf, type FreshCommune, type Person, subscribed } from './desk.ts';
import { COMMUNE, expect, freshEmail, messages } from './fixtures.ts';
import type { Hand } from './hands.ts';
import { resident, send } from './read-people.ts';
import { signedIn } from './screens.ts';
import type { World } from './worlds.ts';

/** Whoever goes a way. */
export interface Walk {
  page: Page;
  request: APIRequestContext;
  world: World;
  hand: Hand;
  /** Looks at the screen as it is now. */
  stop: (what: string) => Promise<void>;
  /** A commune that has not opened yet, and who subscribed it. */
  early: FreshCommune & { operator: Person };
}

const opener = (page: Page) => page.locator('main p > button').first();
const confirm = (page: Page) => page.getByRole('dialog').locator('button[type=submit]');
const row = (page: Page, words: string) => page.locator('.rows li', { hasText: words });
const fresh = () => crypto.randomUUID().slice(0, 8);

export const STAFF_WAYS: Record<string, (walk: Walk) => Promise<void>> = {
  'an agent begins to work on a report': async ({ page, request, world, hand, stop }) => {
    const who = await resident(request);
    const { id, words } = await send(request, who);
    const seen = (await messages(request, who.email)).length;
    await signedIn(page, world.sessions.staff);
    await page.goto(`/${COMMUNE}/console/reports/${id}`);
    await expect(page.locator('.said')).toHaveText(words);
    await hand.press(page.locator('.treat-tasks button.main'));
    await hand.tick(page.locator('.treatment input[value=in_progress]'));
    const said = `We come ${fresh()}.`;
    await hand.write(page.locator('.treatment textarea').first(), said);
    await stop('the filled form');
    await hand.press(page.locator('.treatment form button[type=submit]'));
    await expect(page.locator('.pending .undo')).toBeVisible();
    // The form is gone: who sent it goes on beside it.
    await expect(page.locator('#treatment-title')).toBeFocused();
    await stop('the ten seconds');
    await expect(page.locator('.thread', { hasText: said })).toBeVisible({ timeout: 30_000 });
    await stop('what was sent');
    expect((await (await request.get(`/v1/${COMMUNE}/reports/${id}`)).json()).status).toBe('in_progress');
    await expect.poll(async () => (await messages(request, who.email)).slice(seen).at(-1)?.text).toContain(said);
  },

  'a service is added': async ({ page, request, early, hand, stop }) => {
    const name = `Service ${fresh()}`;
    const as = early.administrator;
    await deskOf(page, as);
    await page.goto(`/${early.id}/console/settings/services/new`);
    const fields = page.locator('main form input');
    await hand.write(fields.first(), name);
    await hand.write(page.locator('main form input[type=tel]').first(), '+33442000000');
    await stop('the filled form');
    await hand.press(page.locator('main form button[type=submit]'));
    await expect(page).toHaveURL(`/${early.id}/console/settings/services`);
    await expect(row(page, name)).toBeVisible();
    await stop('the services');
    const { services } = await call(request, 'GET', `/v1/${early.id}/settings`, { as });
    const added = services.find((one: { name: string }) => one.name === name);
    expect(added.contact.phone).toBe('+33442000000');
  },

  'somebody is invited to work for the commune': async ({ page, request, early, hand, stop }) => {
    const email = freshEmail('agent');
    await deskOf(page, early.administrator);
    await page.goto(`/${early.id}/console/staff`);
    await hand.press(opener(page));
    const dialog = page.getByRole('dialog');
    await hand.write(dialog.locator('input[type=email]'), email);
    await hand.write(dialog.locator('input[type=text]'), 'Bruno Balayeur');
    await hand.tick(dialog.locator('input[value=elected_member]'));
    await stop('the filled form');
    await hand.press(confirm(page));
    await expect(row(page, email)).toBeVisible();
    await expect(opener(page)).toBeFocused();
    await stop('the invitations');
    await expect.poll(async () => (await messages(request, email)).length).toBe(1);
  },

  'somebody is suspended': async ({ page, request, early, hand, stop }) => {
    const as = early.administrator;
    const network = `192.0.2.${1 + Math.floor(Math.random() * 250)}`;
    const reason = `Spam ${fresh()}`;
    await deskOf(page, as);
    await page.goto(`/${early.id}/console/bans`);
    await hand.press(opener(page));
    const dialog = page.getByRole('dialog');
    await hand.tick(dialog.locator('input[value=network]'));
    await hand.write(dialog.locator('input[type=text]').nth(0), network);
    await hand.write(dialog.locator('input[type=text]').nth(1), reason);
    await stop('the filled form');
    await hand.press(confirm(page));
    await expect(row(page, reason)).toBeVisible();
    await expect(opener(page)).toBeFocused();
    await stop('the suspensions');
    const { bans } = await call(request, 'GET', `/v1/${early.id}/bans`, { as });
    expect(bans.map((one: { reason: string }) => one.reason)).toContain(reason);
  },

  'an operator suspends a commune and lets it go on': async ({ page, request, early, hand, stop }) => {
    const { id } = await subscribed(request, early.operator);
    const state = async () =>
      (await call(request, 'GET', `/v1/operator/communes/${id}`, { as: early.operator })).state as string;
    await deskOf(page, early.operator);
    await page.goto(`/operator/communes/${id}`);
    const acts = page.locator('main h2 + .actions button');
    await hand.press(acts.first());
    await hand.write(page.getByRole('dialog').locator('input'), 'Unpaid');
    await stop('the reason');
    await hand.press(confirm(page));
    await expect(page.locator('.facts').first()).toContainText('Unpaid');
    expect(await state()).toBe('suspended');
    await stop('a commune that is suspended');
    await hand.press(acts.first());
    await hand.press(confirm(page));
    await expect(page.locator('.facts').first()).not.toContainText('Unpaid');
    expect(await state()).toBe('active');
  },
};
