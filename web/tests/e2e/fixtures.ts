// What every story needs: fresh people, their phones (the platform's own page of sent messages), and pages that are
// watched: an error in the console, a request to elsewhere or something inaccessible fails the story.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type APIRequestContext, test as base, type ConsoleMessage, expect, type Page } from '@playwright/test';

export { expect };

/** The commune that `cargo xtask up` makes. */
export const COMMUNE = 'aubignac-sur-arre';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let people = 0;

/** A French mobile number nobody else has in this run: worker and moment are in it, and a hundred people of each moment. */
export function freshPhone(): string {
  people += 1;
  const worker = Number(process.env.TEST_PARALLEL_INDEX ?? 0) % 10;
  // Tenths of a second, which begin again after almost three hours.
  const moment = String(Math.floor(Date.now() / 100) % 100_000).padStart(5, '0');
  return `+336${worker}${moment}${String(people % 100).padStart(2, '0')}`;
}

export const freshEmail = (name = 'resident') => `${name}.${crypto.randomUUID().slice(0, 8)}@residents.example`;

interface Message {
  id: number;
  at: string;
  channel: string;
  recipient: string;
  text: string;
}

/** What reached a phone or a mailbox, oldest first. */
export async function messages(request: APIRequestContext, recipient: string): Promise<Message[]> {
  const answer = await request.get('/_local/outbox', { params: { recipient, limit: 1000 } });
  expect(answer.status()).toBe(200);
  return (await answer.json()).messages;
}

/** The last six digits sent to `recipient` after `seen` messages. */
export async function code(request: APIRequestContext, recipient: string, seen = 0): Promise<string> {
  let found: string | undefined;
  await expect(async () => {
    const all = await messages(request, recipient);
    expect(all.length).toBeGreaterThan(seen);
    found = all.at(-1)?.text.match(/\b\d{6}\b/)?.[0];
    expect(found).toBeDefined();
  }).toPass({ timeout: 15_000 });
  return found ?? '';
}

/** Fails with every rule of WCAG 2.2 A and AA and of good practice that the page breaks as it is now. */
export async function accessible(page: Page, what: string) {
  // Through the driver, which the page's content security policy does not bind.
  await page.evaluate(axe);
  // What comes in gently is read once it is there: nobody reads it in the fifth of a second before.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
  const found = await page.evaluate(async () => {
    const run = (
      globalThis as unknown as {
        axe: {
          run: (options: object) => Promise<{
            violations: { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[];
          }>;
        };
      }
    ).axe;
    // The one rule of WCAG 2.2 that axe leaves out unless told.
    const all = { rules: { 'target-size': { enabled: true } } };
    return (await run.run(all)).violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id} (${v.help}): ${n.target.join(' ')} ${n.failureSummary ?? ''}`),
    );
  });
  expect(found, `${what} is accessible`).toEqual([]);
}

/** Where screenshots to look at go; see playwright.config.ts. */
export async function shot(page: Page, name: string) {
  const size = page.viewportSize();
  await page.screenshot({
    path: `test-results/screens/${name}-${(size?.width ?? 0) < 600 ? 'phone' : 'desk'}.png`,
    fullPage: true,
  });
}

/** A browser sends what waits when it thinks fit (src/offline/sync.ts); in stories it does when they say so. */
function syncOnRequest() {
  const here = globalThis as { SyncManager?: { prototype: { register: unknown } }; registeredSyncs?: string[] };
  if (!here.SyncManager) return;
  here.SyncManager.prototype.register = async (tag: string) => {
    here.registeredSyncs = [...(here.registeredSyncs ?? []), tag];
  };
}

/** One's own space asks for the copy of one's data: that none was ordered is an answer, which the browser calls an error. */
const noCopy = (m: ConsoleMessage) => /status of 404/.test(m.text()) && m.location().url.endsWith('/me/export');

/** Whoever did not press for notifications is not asked: asking is an error, which the stories that press expect. */
function tellAsking() {
  if (!('Notification' in globalThis && 'PushManager' in globalThis)) return;
  const { requestPermission } = Notification;
  Notification.requestPermission = () => {
    console.error('asked for notifications');
    return requestPermission.call(Notification);
  };
  const { subscribe } = PushManager.prototype;
  PushManager.prototype.subscribe = function (options) {
    console.error('asked for notifications');
    return subscribe.call(this, options);
  };
}

export const ASKED = /^asked for notifications$/;

export const test = base.extend<{
  /** Messages of the console that a story expects, as patterns; all others fail it. */
  expectedErrors: RegExp[];
  watched: undefined;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  expectedErrors: async ({}, use) => use([]),
  watched: [
    async ({ page, expectedErrors, baseURL }, use) => {
      const wrong: string[] = [];
      await page.context().addInitScript(syncOnRequest);
      await page.context().addInitScript(tellAsking);
      page.on('console', (m) => {
        if (m.type() === 'error' && !noCopy(m) && !expectedErrors.some((e) => e.test(m.text())))
          wrong.push(`console: ${m.text()} ${m.location().url}`);
      });
      page.on('pageerror', (e) => wrong.push(`error: ${e.message}`));
      page.on('request', (r) => {
        const url = new URL(r.url());
        // Photos are uploaded to S3, which has a port of its own on one machine.
        if (url.protocol.startsWith('http') && url.hostname !== new URL(baseURL ?? '').hostname)
          wrong.push(`elsewhere: ${r.url()}`);
      });
      await use(undefined);
      expect(wrong).toEqual([]);
    },
    { auto: true },
  ],
});
