// Who is signed in. The access token is in this module's memory only; the refresh token is a cookie that no script can
// read (docs/decisions/0030-sessions-of-the-web.md). A service worker uses it too; screens use session.ts.

import { forget, forgotten } from '../offline/known.ts';
import { forgetUnsent } from '../offline/staff-outbox.ts';
import { api, body, OfflineError, type ProblemError, type Schemas } from './client.ts';

export type Session = Pick<Schemas['SessionView'], 'access_token' | 'account' | 'commune'> & {
  /** Milliseconds since 1970 from which on the token is not to be used. */
  until: number;
};

/** A token is renewed this long before it ends. */
const EARLY = 30_000;

let session: Session | null = null;
/** By commune: whoever moves to another one must not be given the token of the one they come from. */
const renewing = new Map<string, Promise<Session | null>>();
const listeners = new Set<() => void>();

/** A service worker has no such storage: there it is what {@link assume} says. */
const inMemory = new Map<string, string>();
const marks: { getItem: (key: string) => string | null; setItem: (key: string, value: string) => void } & {
  removeItem: (key: string) => void;
} = (globalThis as { localStorage?: typeof marks }).localStorage ?? {
  getItem: (key) => inMemory.get(key) ?? null,
  setItem: (key, value) => void inMemory.set(key, value),
  removeItem: (key) => void inMemory.delete(key),
};

/** Asks the platform to keep the refresh token in a cookie. */
export const COOKIE = { 'Parvis-Session': 'cookie' } as const;

/**
 * Remembers, without any secret, that a cookie may be there, and of which account; guests are spared a refused request, and
 * without a network it is known who writes.
 */
const mark = (commune: string) => `parvis.session.${commune}`;
/** Somebody, and it is not known who. */
const SOMEBODY = '1';
/** Said for a moment while somebody signs out: other tabs tell it by this from a session that ended by itself. */
const LEFT = 'left';

function set(next: Session | null) {
  session = next;
  for (const listener of listeners) listener();
}

/** Takes what opened or renewed a session. */
export function takeSession(
  view: Pick<Schemas['SessionView'], 'access_token' | 'account' | 'commune' | 'expires_in'>,
): Session {
  marks.setItem(mark(view.commune), view.account.id);
  const next = {
    access_token: view.access_token,
    account: view.account,
    commune: view.commune,
    until: Date.now() + view.expires_in * 1000 - EARLY,
  };
  set(next);
  return next;
}

/** Takes the token that a second factor raised. */
export function raiseSession(passed: Pick<Schemas['Passed'], 'access_token' | 'expires_in'>) {
  if (!session) return;
  set({ ...session, access_token: passed.access_token, until: Date.now() + passed.expires_in * 1000 - EARLY });
}

/** The access token to use in `commune` now, or null for a guest. */
export async function bearer(commune: string): Promise<string | null> {
  if (session && session.commune !== commune) set(null);
  if (session && Date.now() < session.until) return session.access_token;
  return (await renew(commune))?.access_token ?? null;
}

/** Opens the session again that the cookie stands for; null if there is none. */
export function renew(commune: string): Promise<Session | null> {
  if (!marks.getItem(mark(commune))) return Promise.resolve(null);
  const running = renewing.get(commune);
  if (running) return running;
  const next = refresh(commune).finally(() => renewing.delete(commune));
  renewing.set(commune, next);
  return next;
}

async function refresh(commune: string): Promise<Session | null> {
  try {
    const path = { params: { path: { commune } }, headers: COOKIE, body: {} as Schemas['Refresh'] };
    return takeSession(await body(api.POST('/v1/{commune}/sessions/refresh', path)));
  } catch (error) {
    // Without a network nobody is signed out: what is known stays readable.
    if (error instanceof OfflineError) throw error;
    const status = (error as ProblemError).status;
    if (status === 401 || status === 400 || status === 404) await ended(commune);
    return null;
  }
}

/** A token was refused: the next request asks for another. */
export function dropSession() {
  if (session) set({ ...session, until: 0 });
}

/**
 * Signs out: at the platform, in memory, and in what this device kept of the account. Without a network this device forgets
 * all the same.
 */
export async function signOut(commune = session?.commune) {
  if (!commune) return;
  try {
    if (await bearer(commune))
      await body(api.DELETE('/v1/{commune}/sessions/current', { params: { path: { commune } } }));
  } finally {
    marks.setItem(mark(commune), LEFT);
    await ended(commune);
    await forgetUnsent(commune);
  }
}

/** What was written stays where it is: whoever signs in again sends it. */
async function ended(commune: string) {
  marks.removeItem(mark(commune));
  set(null);
  await forget(commune);
}

/** Whether somebody was signed in here when last seen; true does not promise a session. */
export const mayBeSignedIn = (commune: string) => marks.getItem(mark(commune)) !== null;

/** The account whose token {@link bearer} last answered. */
export const currentAccount = () => session?.account.id ?? null;

/** Who was signed in to `commune` when last seen, also without a network; null for a guest, and where it is not known. */
export function lastAccount(commune: string): string | null {
  if (session?.commune === commune) return session.account.id;
  const marked = marks.getItem(mark(commune));
  return marked === SOMEBODY ? null : marked;
}

/** The session as it is now; null for a guest. */
export const currentSession = () => session;

/** Called whenever the session changes. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** What is done next in `commune` is done for somebody who is signed in there, or for a guest: for service workers. */
export function assume(commune: string, signedIn: boolean) {
  // Somebody else may have signed in since: only the cookie knows.
  set(null);
  if (signedIn) marks.setItem(mark(commune), SOMEBODY);
  else marks.removeItem(mark(commune));
}

const leftListeners = new Set<(commune: string, account: string | null) => void>();

/** Hears that, in another tab, somebody signed out of a commune (`account` is null) or another account signed in. */
export function onLeft(listener: (commune: string, account: string | null) => void): () => void {
  leftListeners.add(listener);
  return () => {
    leftListeners.delete(listener);
  };
}

// Whoever signs out in one tab is signed out in all; so is whoever was here before another one signed in.
if (typeof document !== 'undefined') {
  window.addEventListener('storage', ({ key, newValue }) => {
    if (!key?.startsWith(mark(''))) return;
    const commune = key.slice(mark('').length);
    if (newValue === SOMEBODY) return;
    if (session?.commune === commune && session.account.id !== newValue) {
      forgotten(commune);
      set(null);
    }
    // A session that ended by itself takes nothing along: its account may sign in again.
    if (newValue) for (const listener of leftListeners) listener(commune, newValue === LEFT ? null : newValue);
  });
  // A page that the browser kept for the way back heard nothing meanwhile.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted || !session) return;
    const now = marks.getItem(mark(session.commune));
    if (now !== SOMEBODY && now !== session.account.id) location.reload();
  });
}
