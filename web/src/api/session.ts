// Who is signed in. The access token is in this module's memory only; the refresh token is a cookie that no script can
// read (docs/decisions/0030-sessions-of-the-web.md).

import { useEffect, useState } from 'preact/hooks';
import { forget } from '../offline/known.ts';
import { api, body, OfflineError, type ProblemError, type Schemas } from './client.ts';

export type Session = Pick<Schemas['SessionView'], 'access_token' | 'account' | 'commune'> & {
  /** Milliseconds since 1970 from which on the token is not to be used. */
  until: number;
};

/** A token is renewed this long before it ends. */
const EARLY = 30_000;

let session: Session | null = null;
let renewing: Promise<Session | null> | null = null;
const listeners = new Set<() => void>();

/** Asks the platform to keep the refresh token in a cookie. */
export const COOKIE = { 'Parvis-Session': 'cookie' } as const;

/** Remembers, without any secret, that a cookie may be there; guests are spared a refused request. */
const mark = (commune: string) => `parvis.session.${commune}`;

function set(next: Session | null) {
  session = next;
  for (const listener of listeners) listener();
}

/** Takes what opened or renewed a session. */
export function takeSession(
  view: Pick<Schemas['SessionView'], 'access_token' | 'account' | 'commune' | 'expires_in'>,
): Session {
  localStorage.setItem(mark(view.commune), '1');
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
  if (!localStorage.getItem(mark(commune))) return Promise.resolve(null);
  renewing ??= refresh(commune).finally(() => {
    renewing = null;
  });
  return renewing;
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

/** Signs out: at the platform, in memory, and in what this device kept of the account; also where there is no network. */
export async function signOut(commune = session?.commune) {
  if (!commune) return;
  try {
    await body(api.DELETE('/v1/{commune}/sessions/current', { params: { path: { commune } } }));
  } finally {
    await ended(commune);
  }
}

async function ended(commune: string) {
  localStorage.removeItem(mark(commune));
  set(null);
  await forget(commune);
}

/** Whether somebody was signed in here when last seen; true does not promise a session. */
export const mayBeSignedIn = (commune: string) => localStorage.getItem(mark(commune)) !== null;

/** The account whose token {@link bearer} last answered. */
export const currentAccount = () => session?.account.id ?? null;

/** The session, for screens; they are drawn again when it changes. */
export function useSession(): Session | null {
  const [now, change] = useState(session);
  useEffect(() => {
    const listener = () => change(session);
    listeners.add(listener);
    listener();
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return now;
}
