// Changes on their way. Each waits ten seconds in which it can be taken back, then goes, once (docs/decisions/0034-ten-seconds.md).
// Without a network it waits longer; when the page closes it goes at once.

import { useEffect, useState } from 'preact/hooks';
import { api, body, OfflineError, ProblemError, type Schemas } from '../api/client.ts';
import { bearer, currentAccount, onLeft, onSession } from '../api/session.ts';
import { dropEntry, type Entry, entriesOf, keepEntry } from '../offline/staff-outbox.ts';
import { words } from '../ui/page.tsx';
import { hasArrived } from './arrived.ts';
import { FactorRefused } from './factor.ts';
import { PhotoRefused, upload } from './upload.ts';

export type { Entry };

type Report = Schemas['ReportView'];

/** Somebody else is signed in, or nobody any more: what an account said is sent by that account. */
class NotTheirs extends Error {}

/** How long a change can be taken back. */
export const TEN_SECONDS = 10_000;
/** How often what waits is tried again. */
const AGAIN = 30_000;

let entries: readonly Entry[] = [];
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const owned = new Map<string, () => void>();
const listeners = new Set<() => void>();
const sentListeners = new Set<(report: Report) => void>();

function set(next: readonly Entry[]) {
  entries = next;
  for (const listener of listeners) listener();
}

const find = (id: string) => entries.find((entry) => entry.id === id);

async function change(id: string, fields: Partial<Entry>): Promise<Entry | undefined> {
  set(entries.map((entry) => (entry.id === id ? { ...entry, ...fields } : entry)));
  const now = find(id);
  if (now) await keepEntry(now);
  return now;
}

async function leave(id: string) {
  clearTimeout(timers.get(id));
  timers.delete(id);
  set(entries.filter((entry) => entry.id !== id));
  await dropEntry(id);
  owned.get(id)?.();
  owned.delete(id);
}

type New = Pick<Entry, 'commune' | 'account' | 'agent' | 'report' | 'excerpt' | 'version' | 'what'> & {
  photos?: Blob[];
};

/** Sends it in ten seconds. */
export async function queue(wanted: New): Promise<Entry> {
  const at = Date.now();
  const entry: Entry = {
    photos: [],
    ...wanted,
    id: crypto.randomUUID(),
    at,
    sendAt: at + TEN_SECONDS,
    tried: false,
    state: 'counting',
  };
  const held = await own(entry.id);
  if (!held) throw new Error('a fresh name is taken');
  set([...entries, entry]);
  await keepEntry(entry);
  schedule(entry);
  return entry;
}

function schedule(entry: Entry) {
  clearTimeout(timers.get(entry.id));
  timers.set(
    entry.id,
    setTimeout(() => void send(entry.id), Math.max(0, entry.sendAt - Date.now())),
  );
}

/** Takes it back; what it said, or nothing when it has gone. */
export async function undo(id: string): Promise<Entry | null> {
  const entry = find(id);
  if (!entry || entry.tried || entry.state === 'sending') return null;
  await leave(id);
  return entry;
}

/** Forgets one that was refused or met a conflict. */
export const discard = (id: string) => leave(id);

/** Sends it now. */
export async function send(id: string): Promise<void> {
  const entry = find(id);
  if (!entry || entry.state === 'sending') return;
  clearTimeout(timers.get(id));
  const now = await change(id, { state: 'sending' });
  if (!now) return;
  try {
    await bearer(now.commune);
    if (currentAccount() !== now.account) throw new NotTheirs();
    const ready = await withPhotos(now);
    const report =
      (ready.tried ? await arrived(ready) : null) ?? (await post((await change(id, { tried: true })) ?? ready));
    await leave(id);
    for (const listener of sentListeners) listener(report);
  } catch (error) {
    await failed(id, error as Error);
  }
}

async function failed(id: string, error: Error) {
  const waits =
    error instanceof OfflineError ||
    error instanceof FactorRefused ||
    error instanceof NotTheirs ||
    (error instanceof ProblemError && [401, 429, 500, 503].includes(error.status));
  const entry = find(id);
  if (waits || !entry) {
    await change(id, { state: 'waiting' });
    // Who closed the question for the second factor is not asked again and again.
    if (!(error instanceof FactorRefused))
      timers.set(
        id,
        setTimeout(() => void send(id), AGAIN),
      );
    return;
  }
  if (error instanceof ProblemError && error.status === 412) {
    // An earlier request of ours may be what changed the report.
    const done = await arrived(entry).catch(() => null);
    if (done) {
      await leave(id);
      for (const listener of sentListeners) listener(done);
      return;
    }
    await change(id, { state: 'conflict', tried: false });
    return;
  }
  const problem = error instanceof PhotoRefused ? error.message : words(error);
  await change(id, { state: 'refused', tried: false, problem });
}

async function withPhotos(entry: Entry): Promise<Entry> {
  let now = entry;
  while (now.photos.length > 0) {
    const [first, ...rest] = now.photos;
    if (!first) break;
    const photo = { id: await upload(now.commune, first) };
    const add = <T extends { photos: Schemas['PhotoRef'][] }>(to: T): T => ({ ...to, photos: [...to.photos, photo] });
    const what = 'change' in now.what ? { change: add(now.what.change) } : { comment: add(now.what.comment) };
    now = (await change(now.id, { what, photos: rest })) ?? { ...now, what, photos: rest };
  }
  return now;
}

function post(entry: Entry, keepalive = false): Promise<Report> {
  const path = { commune: entry.commune, report: entry.report };
  if ('change' in entry.what) {
    const header = { 'If-Match': `"${entry.version}"` };
    const asked = { params: { path, header }, body: entry.what.change, keepalive };
    return body(api.POST('/v1/{commune}/reports/{report}/status', asked));
  }
  const params = { path, header: { 'Idempotency-Key': entry.id } };
  return body(api.POST('/v1/{commune}/reports/{report}/comments', { params, body: entry.what.comment, keepalive }));
}

/** The report, if its history has what this entry says: an answer that got lost was a success. */
async function arrived(entry: Entry): Promise<Report | null> {
  const path = { commune: entry.commune, report: entry.report };
  const report = await body(api.GET('/v1/{commune}/reports/{report}', { params: { path } }));
  return hasArrived(entry, report) ? report : null;
}

/** What an account has not sent yet. */
export const unsent = (account: string): readonly Entry[] => entries.filter((entry) => entry.account === account);

/** Sends now what can go, and waits for it: before signing out. */
export async function flush(account: string): Promise<void> {
  const going = unsent(account).filter(({ state }) => state === 'counting' || state === 'waiting');
  await Promise.all(going.map(({ id }) => send(id)));
}

/** Takes up what an earlier page left; entries of pages that are open stay theirs. */
export async function resume(account: string): Promise<void> {
  for (const entry of await entriesOf(account)) {
    if (find(entry.id) || !(await own(entry.id))) continue;
    // Another page may have sent it between the two.
    if (!(await entriesOf(account)).some(({ id }) => id === entry.id)) {
      owned.get(entry.id)?.();
      continue;
    }
    // Its page may have sent it while it closed: that is looked up first. What was answered already was not taken.
    const tried = entry.state === 'conflict' || entry.state === 'refused' ? entry.tried : true;
    const left = { ...entry, tried, state: entry.state === 'sending' ? ('waiting' as const) : entry.state };
    set([...entries, left]);
    if (left.state === 'counting' || left.state === 'waiting') schedule(left);
  }
}

/** Holds a lock for as long as this page has the entry. */
function own(id: string): Promise<boolean> {
  if (!('locks' in navigator)) return Promise.resolve(true);
  return new Promise((answer) => {
    void navigator.locks.request(`parvis-outbox-${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) return answer(false);
      answer(true);
      return new Promise<void>((let_go) => owned.set(id, let_go));
    });
  });
}

// The page closes: what counts goes now. What does not get out, with photos or without a network, is kept and goes when the
// console is opened again.
addEventListener('pagehide', () => {
  for (const entry of entries.filter(({ state, photos }) => state === 'counting' && photos.length === 0)) {
    clearTimeout(timers.get(entry.id));
    void change(entry.id, { tried: true, state: 'sending' });
    post(entry, true)
      .then(() => leave(entry.id))
      .catch((error: Error) => failed(entry.id, error));
  }
});

// Who signs out in another tab was asked there, and takes along what waits here.
onLeft((commune, account) => {
  if (account === null) for (const entry of entries) if (entry.commune === commune) void leave(entry.id);
});

// Who signs in again sends what waited for it.
let account = currentAccount();
onSession(() => {
  const before = account;
  account = currentAccount();
  if (account === before) return;
  for (const entry of entries) if (entry.state === 'waiting' && entry.account === account) void send(entry.id);
});

addEventListener('online', () => {
  for (const { id, state } of entries) if (state === 'waiting') void send(id);
});

/** What is on its way, oldest first. */
export function useOutbox(): readonly Entry[] {
  const [now, update] = useState(entries);
  useEffect(() => {
    const listener = () => update(entries);
    listeners.add(listener);
    listener();
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return now;
}

/** Hears every report that was changed from here, as it is now. */
export function onSent(listener: (report: Report) => void): () => void {
  sentListeners.add(listener);
  return () => {
    sentListeners.delete(listener);
  };
}
