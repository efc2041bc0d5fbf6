// Staff for stories, fresh for each: invited by an administrator through the API, signed in with a second factor, removed
// afterwards. A code of an authenticator is good once, so stories that ran beside each other with the demo's people would
// refuse each other's.

import { createHash, createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIRequestContext, APIResponse, Page } from '@playwright/test';
import { COMMUNE, code, expect, freshEmail, messages, test as people } from './fixtures.ts';

export { expect };

/** Who administers the demo commune. */
const ADMINISTRATOR = 'nadia.roux@aubignac.example';

export type Role = 'agent' | 'manager' | 'moderator' | 'elected_member' | 'administrator';

export interface Member {
  email: string;
  name: string;
  account: string;
  /** Of the authenticator, in base 32. */
  secret: string;
  recovery: string[];
  /** For calls of the story itself. */
  token: string;
  refresh: string;
  /** The step of the authenticator's last code that was used. */
  step: number;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const v1 = (path: string) => `/v1/${COMMUNE}${path}`;
const now = () => Math.floor(Date.now() / 30_000);

/** The code of an authenticator (RFC 6238) for a step of thirty seconds. */
export function totp(secret: string, step: number): string {
  let bits = '';
  for (const letter of secret.replaceAll(/[^A-Z2-7]/g, ''))
    bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The next code that this member has not used; the platform takes those of the neighbouring steps too. */
export async function nextCode(member: Pick<Member, 'secret' | 'step'>): Promise<string> {
  await expect.poll(() => now() + 1, { timeout: 65_000, intervals: [1000] }).toBeGreaterThan(member.step);
  member.step = Math.max(member.step + 1, now());
  return totp(member.secret, member.step);
}

async function answer<T>(response: APIResponse, status: number): Promise<T> {
  if (response.status() !== status) throw new Error(`${response.url()}: ${response.status()} ${await response.text()}`);
  return status === 204 ? (undefined as T) : response.json();
}

/** Signs an address in; residents come to be by it. */
export async function signIn(request: APIRequestContext, email: string) {
  const seen = (await messages(request, email)).length;
  await answer(await request.post(v1('/challenges'), { data: { contact: { email } } }), 202);
  const data = { contact: { email }, code: await code(request, email, seen) };
  return answer<{ access_token: string; refresh_token: string; account: { id: string; role: string } }>(
    await request.post(v1('/sessions'), { data }),
    201,
  );
}

/** An administrator's token, shared by the workers of this machine through a file: signing in takes a code of the one app. */
export async function administrator(request: APIRequestContext, baseURL: string): Promise<string> {
  const file = join(tmpdir(), `parvis-stories-${createHash('sha256').update(baseURL).digest('hex').slice(0, 12)}.json`);
  const lock = `${file}.lock`;
  const kept = async () => {
    try {
      const { token, until } = JSON.parse(readFileSync(file, 'utf8')) as { token: string; until: number };
      if (Date.now() > until) return null;
      return (await request.get(v1('/staff'), { headers: bearer(token) })).status() === 200 ? token : null;
    } catch {
      return null;
    }
  };
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const token = await kept();
    if (token) return token;
    try {
      mkdirSync(lock);
    } catch {
      try {
        if (Date.now() - statSync(lock).mtimeMs > 130_000) rmdirSync(lock);
      } catch {
        // Whoever had it is done.
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    try {
      const made = await signInAdministrator(request, deadline);
      rmSync(file, { force: true });
      writeFileSync(file, JSON.stringify({ token: made, until: Date.now() + 8 * 60_000 }), { mode: 0o600 });
      return made;
    } finally {
      rmdirSync(lock);
    }
  }
  throw new Error('no administrator signed in within two minutes');
}

async function signInAdministrator(request: APIRequestContext, deadline: number): Promise<string> {
  const { apps } = await answer<{ apps: { email: string; uri: string }[] }>(
    await request.get('/_local/authenticator'),
    200,
  );
  const uri = apps.find((app) => app.email === ADMINISTRATOR)?.uri ?? '';
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  let last = 'never tried';
  while (Date.now() < deadline) {
    try {
      const { access_token } = await signIn(request, ADMINISTRATOR);
      for (let step = now() - 1; Date.now() < deadline && step <= now() + 1; step++) {
        const passed = await request.post(v1('/sessions/second-factor'), {
          headers: bearer(access_token),
          data: { code: totp(secret, step) },
        });
        if (passed.status() === 200) return (await passed.json()).access_token;
        last = await passed.text();
      }
    } catch (error) {
      // Somebody else signs in as the same person at this moment.
      last = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  throw new Error(`the administrator could not sign in: ${last}`);
}

/** The token of an invitation, from the mail that brought it. */
export async function invitation(request: APIRequestContext, email: string): Promise<string> {
  let token: string | undefined;
  await expect(async () => {
    token = (await messages(request, email)).at(-1)?.text.match(/#(\S+)/)?.[1];
    expect(token).toBeDefined();
  }).toPass({ timeout: 15_000 });
  return token ?? '';
}

/** Invites somebody; they have not accepted yet. */
export async function invite(
  request: APIRequestContext,
  admin: string,
  role: Role,
  services: string[],
): Promise<{ email: string; name: string; token: string }> {
  const email = freshEmail(`agent.${role}`);
  const name = `Agent ${email.split('.')[2]?.slice(0, 8)}`;
  await answer(
    await request.post(v1('/staff/invitations'), { headers: bearer(admin), data: { email, name, role, services } }),
    201,
  );
  return { email, name, token: await invitation(request, email) };
}

/** Somebody who works for the commune, with an authenticator and a session that passed it. */
export async function member(
  request: APIRequestContext,
  admin: string,
  role: Role,
  services: string[],
): Promise<Member> {
  const { email, name, token } = await invite(request, admin, role, services);
  const first = await signIn(request, email);
  const headers = bearer(first.access_token);
  await answer(await request.post(v1('/staff/invitations/accept'), { headers, data: { token } }), 201);
  const renewed = await answer<{ access_token: string; refresh_token: string }>(
    await request.post(v1('/sessions/refresh'), { data: { refresh_token: first.refresh_token } }),
    200,
  );
  const app = { headers: bearer(renewed.access_token) };
  const { secret } = await answer<{ secret: string }>(await request.post(v1('/me/totp'), app), 201);
  // The step before leaves this one for signing in; when the clock moves on meanwhile, this one it is.
  const confirm = (step: number) =>
    request.post(v1('/me/totp/confirm'), { ...app, data: { code: totp(secret, step) } });
  let step = now() - 1;
  let taken = await confirm(step);
  if (taken.status() === 422) {
    step = now();
    taken = await confirm(step);
  }
  const confirmed = await answer<{ access_token: string; recovery_codes: string[] }>(taken, 200);
  return {
    email,
    name,
    account: first.account.id,
    secret,
    recovery: confirmed.recovery_codes,
    token: confirmed.access_token,
    refresh: renewed.refresh_token,
    step,
  };
}

/** Removes somebody from the staff: seats are few. */
export async function remove(request: APIRequestContext, admin: string, account: string) {
  const list = await request.get(v1('/staff?limit=100'), { headers: bearer(admin) });
  const found = (await answer<{ staff: { account: string; version: number }[] }>(list, 200)).staff.find(
    (one) => one.account === account,
  );
  if (!found) return;
  const headers = { ...bearer(admin), 'if-match': `"${found.version}"` };
  await answer(await request.delete(v1(`/staff/${account}`), { headers }), 204);
}

/**
 * Opens the console in this page's browser as somebody, without typing: the page asks for its session as ever, and what the
 * platform answers to their refresh token is handed to it.
 */
export async function asMember(page: Page, who: Member) {
  // No background map: stories are about reports, and load nothing from elsewhere.
  await page.route('**/web.json', (route) => route.fulfill({ json: { tiles: null, geocoder: null } }));
  await page.addInitScript((commune) => {
    if (location.protocol.startsWith('http')) localStorage.setItem(`parvis.session.${commune}`, '1');
  }, COMMUNE);
  await page.route(`**${v1('/sessions/refresh')}`, async (route) => {
    const renewed = await page.request.post(v1('/sessions/refresh'), { data: { refresh_token: who.refresh } });
    const view = await renewed.json();
    if (renewed.ok()) {
      who.refresh = view.refresh_token;
      who.token = view.access_token;
    }
    await route.fulfill({ status: renewed.status(), contentType: 'application/json', body: JSON.stringify(view) });
  });
}

/** A report that a fresh resident sent, and where their messages arrive. */
export async function report(request: APIRequestContext, fields: Record<string, unknown> = {}) {
  const email = freshEmail();
  const { access_token } = await signIn(request, email);
  const words = `Trou devant le portail ${crypto.randomUUID().slice(0, 8)}`;
  const data = {
    kind: 'problem',
    category: 'voirie',
    description: words,
    answers: { danger: true },
    place: { longitude: 5.5912, latitude: 43.6704 },
    ...fields,
  };
  const headers = { ...bearer(access_token), 'idempotency-key': crypto.randomUUID() };
  const sent = await answer<{ report: { id: string } } & { id?: string }>(
    await request.post(v1('/reports'), { headers, data }),
    201,
  );
  return { id: sent.id ?? sent.report.id, words: String(data.description), email, token: access_token };
}

/** Stories with a member of the staff: `await staff('agent', ['techniques'])`; each is gone when the story ends. */
export const test = people.extend<{
  admin: string;
  staff: (role: Role, services?: string[]) => Promise<Member>;
}>({
  admin: async ({ request, baseURL }, use) => use(await administrator(request, baseURL ?? '')),
  staff: async ({ request, baseURL, admin }, use) => {
    const made: Member[] = [];
    await use(async (role, services = []) => {
      const one = await member(request, admin, role, services);
      made.push(one);
      return one;
    });
    const still = await administrator(request, baseURL ?? '');
    for (const one of made) await remove(request, still, one.account);
  },
});
