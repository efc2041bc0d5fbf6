// In whose name what waits leaves, when who is signed in has changed since.

import { beforeEach, expect, it, vi } from 'vitest';

const COMMUNE = 'aubignac';
const MARK = `parvis.session.${COMMUNE}`;
const kept = new Map<string, string>();
/** Whose cookie the browser has; null for none, a number for a platform that cannot say. */
let cookie: string | number | null = null;
let sent: { by: string | null }[] = [];
/** What becomes of the answer to a report. */
let lost = false;

const problem = (status: number) =>
  new Response(JSON.stringify({ type: 'urn:parvis:problem:no', title: '', status, detail: 'no' }), { status });

async function platform(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.endsWith('/sessions/refresh')) {
    if (typeof cookie !== 'string') return problem(cookie ?? 401);
    const account = { id: cookie };
    return Response.json({ access_token: `of ${cookie}`, expires_in: 900, commune: COMMUNE, account });
  }
  sent.push({ by: request.headers.get('authorization') });
  if (lost) throw new TypeError('broken off');
  return Response.json({ id: 'r1', service: { id: 's', name: 'Voirie' }, visibility: 'public' }, { status: 201 });
}

/** The app, as after a reload. */
async function load() {
  vi.resetModules();
  const [drafts, outbox, tokens] = await Promise.all([
    import('./drafts.ts'),
    import('./outbox.ts'),
    import('../api/tokens.ts'),
  ]);
  return { ...drafts, ...outbox, ...tokens };
}

beforeEach(() => {
  kept.clear();
  cookie = null;
  sent = [];
  lost = false;
  vi.stubGlobal('navigator', { language: 'fr', languages: ['fr'], onLine: true });
  vi.stubGlobal('location', new URL('https://parvis.example/'));
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  const Real = Request;
  vi.stubGlobal(
    'Request',
    class extends Real {
      constructor(input: RequestInfo | URL, init?: RequestInit) {
        super(typeof input === 'string' ? new URL(input, 'https://parvis.example') : input, init);
      }
    },
  );
  vi.stubGlobal('fetch', platform);
});

/** Signs `who` in, and loads the app anew: only what storage keeps is left. */
async function signedIn(who: string) {
  cookie = who;
  kept.set(MARK, '1');
  await (await load()).renew(COMMUNE);
  return load();
}

type App = Awaited<ReturnType<typeof load>>;

async function queue(app: App) {
  const draft = app.newDraft(COMMUNE, 'idea');
  await app.queueDraft(draft);
  return draft.id;
}

/** The next one signs in while the app stays open. */
async function next(app: App, who: string | null) {
  app.dropSession();
  kept.delete(MARK);
  cookie = who;
  if (who === null) return;
  kept.set(MARK, '1');
  await app.renew(COMMUNE);
}

it('what was sent off after a reload without a network does not leave in another’s name', async () => {
  const app = await signedIn('A');
  const id = await queue(app);
  await next(app, 'B');
  expect(await app.send(id)).toMatchObject({ state: 'blocked', refusal: { code: 'signed_out' } });
  // Nor when the other one asks for another try.
  const draft = await app.getDraft(id);
  if (draft) await app.queueDraft({ ...draft, state: 'queued' });
  expect(await app.send(id)).toMatchObject({ state: 'blocked' });
  expect(sent).toEqual([]);
  await next(app, 'A');
  const again = await app.getDraft(id);
  if (again) await app.queueDraft(again);
  expect(await app.send(id)).toMatchObject({ state: 'done' });
  expect(sent).toEqual([{ by: 'Bearer of A' }]);
});

it('what somebody sent off with an account does not leave as a guest’s', async () => {
  cookie = null;
  kept.set(MARK, '1');
  const app = await load();
  const id = await queue(app);
  await next(app, null);
  expect(await app.send(id)).toMatchObject({ state: 'blocked', refusal: { code: 'signed_out' } });
  expect(sent).toEqual([]);
});

it('what a guest sent off does not leave with the account of who signed in since, unless they say so', async () => {
  const app = await load();
  const id = await queue(app);
  await next(app, 'B');
  expect(await app.send(id)).toMatchObject({ state: 'blocked', refusal: { code: 'now_signed_in' } });
  expect(sent).toEqual([]);
  const draft = await app.getDraft(id);
  if (draft) await app.queueDraft({ ...draft, by: null });
  expect(await app.send(id)).toMatchObject({ state: 'done' });
  expect(sent).toEqual([{ by: 'Bearer of B' }]);
});

it('a session that cannot be renewed just now is tried again', async () => {
  const app = await signedIn('A');
  const id = await queue(app);
  cookie = 500;
  expect(await app.send(id)).toMatchObject({ state: 'queued', tried: { detail: null } });
  expect(sent).toEqual([]);
});
