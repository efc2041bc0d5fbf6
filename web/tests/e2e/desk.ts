// For the stories of administrators and operators: operators and communes of their own, so that nothing they change is
// anybody else's, and a browser in which they are signed in.

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { APIRequestContext, Page } from '@playwright/test';
import { accessible, test as base, code, expect, freshEmail, shot } from './fixtures.ts';

/** Somebody with a second factor. */
export interface Person {
  commune: string;
  email: string;
  account: string;
  token: string;
  /** Milliseconds since 1970 until which the token is used. */
  until: number;
  /** Good once. */
  refresh: string;
  /** Of the authenticator app, in base 32. */
  secret: string;
  recovery: string[];
}

export interface FreshCommune {
  id: string;
  name: string;
  insee: string;
  administrator: Person;
}

/** The authenticator app: six digits of RFC 6238 for this moment. */
export function totp(secret: string, at = Date.now()): string {
  const bits = [...secret]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Calls the API as somebody; fails the story unless it is answered with 2xx. */
export async function call(
  request: APIRequestContext,
  method: string,
  path: string,
  options: { as?: Person; data?: unknown; headers?: Record<string, string> } = {},
) {
  if (options.as && Date.now() > options.as.until) await renew(request, options.as);
  const answer = await request.fetch(path, {
    method,
    ...(options.data === undefined ? {} : { data: options.data }),
    headers: { ...(options.as ? { authorization: `Bearer ${options.as.token}` } : {}), ...options.headers },
  });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer.status() === 204 ? null : answer.json();
}

/** A token ends after a quarter of an hour; a run may take longer. */
const soon = () => Date.now() + 10 * 60_000;

/** The next token and refresh token; what was answered. */
async function renew(request: APIRequestContext, person: Person) {
  const path = `/v1/${person.commune}/sessions/refresh`;
  const session = await call(request, 'POST', path, { data: { refresh_token: person.refresh } });
  Object.assign(person, { token: session.access_token, refresh: session.refresh_token, until: soon() });
  return session;
}

/** Signs in by mail and registers an authenticator app. */
export async function enrol(request: APIRequestContext, commune: string, email: string, seen = 0): Promise<Person> {
  const contact = { email };
  await call(request, 'POST', `/v1/${commune}/challenges`, { data: { contact } });
  const digits = await code(request, email, seen);
  const session = await call(request, 'POST', `/v1/${commune}/sessions`, { data: { contact, code: digits } });
  const person = {
    commune,
    email,
    account: session.account.id,
    token: session.access_token,
    refresh: session.refresh_token,
    until: soon(),
  };
  const as = { ...person, secret: '', recovery: [] };
  const { secret } = await call(request, 'POST', `/v1/${commune}/me/totp`, { as });
  const first = { code: totp(secret) };
  const passed = await call(request, 'POST', `/v1/${commune}/me/totp/confirm`, { as, data: first });
  return { ...person, token: passed.access_token, secret, recovery: passed.recovery_codes };
}

/** A new operator, who has not signed in yet. */
export async function newOperator(request: APIRequestContext): Promise<string> {
  const email = freshEmail('operator');
  await call(request, 'POST', '/_local/commands/create_operator', { data: { name: 'Odile Opératrice', email } });
  return email;
}

/** Overseas territories, which the app names too: a story that looks for another language takes them for words of the app. */
const TERRITORY = /Saint[- ](Martin|Barthélemy)|La Réunion/;

const LISTED = (() => {
  const communes: { insee: string; name: string }[] = [];
  let department = '';
  for (const line of readFileSync('../functions/operators/data/communes.tsv', 'utf8').split('\n')) {
    if (line.startsWith('#')) department = line.slice(1).split('\t')[0] ?? '';
    else if (/^\d/.test(line)) {
      const [rest, name] = line.split('\t');
      if (!TERRITORY.test(name ?? '')) communes.push({ insee: department + rest, name: name ?? '' });
    }
  }
  return communes;
})();

/** Some commune of the national list that is no customer yet. */
export async function someListed(
  request: APIRequestContext,
  operator: Person,
): Promise<{ insee: string; name: string }> {
  const taken = new Set<string>();
  let cursor = '';
  do {
    const page = await call(request, 'GET', `/v1/operator/communes?limit=200${cursor}`, { as: operator });
    for (const one of page.communes) taken.add(one.insee);
    cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : '';
  } while (cursor);
  const free = LISTED.filter((one) => !taken.has(one.insee));
  return free[Math.floor(Math.random() * free.length)] ?? { insee: '', name: '' };
}

/** A square of some kilometres. */
export const BOUNDARY = {
  type: 'Polygon',
  coordinates: [
    [
      [5.55, 43.64],
      [5.63, 43.64],
      [5.63, 43.7],
      [5.55, 43.7],
      [5.55, 43.64],
    ],
  ],
};

/** Subscribes a commune; its administrator has not signed in yet. */
export async function subscribed(request: APIRequestContext, operator: Person) {
  const email = freshEmail('mairie');
  const { insee, name } = await someListed(request, operator);
  const slug = `essai-${crypto.randomUUID().slice(0, 8)}`;
  const data = { insee, slug, boundary: BOUNDARY, administrator: { name: 'Agnès Adjointe', email } };
  await call(request, 'POST', '/v1/operator/communes', { as: operator, data });
  return { id: slug, name, insee, email };
}

/** Subscribes a commune and signs its first administrator in. */
export async function newCommune(request: APIRequestContext, operator: Person): Promise<FreshCommune> {
  const { email, ...commune } = await subscribed(request, operator);
  // The first mail says that the commune is open, the second has the code.
  return { ...commune, administrator: await enrol(request, commune.id, email, 1) };
}

/** From the next page on `person` is signed in, as if they had done so in this browser before. */
export async function signedIn(page: Page, person: Person) {
  await page.route(`**/v1/${person.commune}/sessions/refresh`, async (route) => {
    await route.fulfill({ json: await renew(page.request, person) });
  });
  await page.addInitScript((commune) => localStorage.setItem(`parvis.session.${commune}`, '1'), person.commune);
}

/** The screen as it is now is accessible in light and in dark; both are kept to be looked at. */
export async function bothWays(page: Page, what: string, name: string) {
  await accessible(page, what);
  await shot(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await accessible(page, `${what} in the dark`);
  await shot(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** `operator`: one of each worker. `desk`: a commune of the story's own, its administrator signed in. */
export const test = base.extend<{ desk: FreshCommune }, { operator: Person }>({
  operator: [
    async ({ playwright }, use) => {
      const request = await playwright.request.newContext({ baseURL: process.env.PARVIS_URL ?? '' });
      await use(await enrol(request, 'operator', await newOperator(request)));
      await request.dispose();
    },
    { scope: 'worker' },
  ],
  desk: async ({ page, request, operator }, use) => {
    const commune = await newCommune(request, operator);
    await signedIn(page, commune.administrator);
    await use(commune);
  },
});
