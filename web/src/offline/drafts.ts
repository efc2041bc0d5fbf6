// Reports that were begun here or wait to be sent, with their photos: in IndexedDB, or in memory where the device keeps none.

import type { Schemas } from '../api/client.ts';
import { lastAccount, mayBeSignedIn } from '../api/tokens.ts';
import { language } from '../texts/language.ts';
import { db } from './db.ts';

/**
 * `editing`: being written. `queued`: leaves with the next network. `blocked`: refused, its writer has to do something.
 * `code`: at the commune, waits for the code. `done`: arrived; remembered for a while so that it can never leave again.
 */
export type DraftState = 'editing' | 'queued' | 'blocked' | 'code' | 'done';

export interface DraftPlace {
  longitude: number;
  latitude: number;
  accuracy_m?: number;
  /** How it was found. */
  from: 'photo' | 'device' | 'map' | 'typed' | 'address';
}

export interface Content {
  kind: Schemas['Kind'];
  category: string | null;
  description: string;
  /** By question; what is typed of a number is text until it is sent. */
  answers: Record<string, unknown>;
  place: DraftPlace | null;
  /** The place in words. */
  address: string;
  contact: { by: 'phone' | 'email' | 'none'; value: string };
}

export interface Draft {
  /** Its Idempotency-Key too. */
  id: string;
  commune: string;
  state: DraftState;
  /** Milliseconds since 1970. */
  created: number;
  changed: number;
  content: Content;
  /** Their ids, in order. */
  photos: string[];
  /** By whom it was sent off; the account is null of guests, and where the device knew no more than that there is one. */
  by?: { signedIn: boolean; account: string | null; language: string } | null;
  /** What was sent and may have arrived: exactly this is sent again, by the same account. */
  sealed: { account: string | null; body: Schemas['NewReport'] } | null;
  /** Why it is blocked. */
  refusal: { code: string; detail: string; errors: Schemas['FieldError'][] } | null;
  /** The last attempt that came to nothing: when, why, and the moment before which another is of no use. */
  tried: { at: number; detail: string | null; next: number } | null;
  confirmation: {
    report: string;
    contact: string;
    sent: boolean;
    consent: string | null;
    at: number;
    expires: number;
    resend: number;
  } | null;
  result: { report: string; service: string; expected: string | null; open: boolean; contact: string | null } | null;
}

export interface DraftPhoto {
  id: string;
  draft: string;
  blob: Blob;
  /** Where it was announced; `ready` once the platform has worked on it. */
  announced: { photo: string; claim: string; at: number; stored: boolean; ready: boolean } | null;
  /** Why the platform refused it, in the reader's words. */
  refused: string | null;
}

/** Whether a change survives the page: `full` and `none` live in memory only. */
export type Kept = 'kept' | 'full' | 'none';

/** What arrived is remembered for so long. */
const REMEMBERED = 7 * 86_400_000;

/** A photo is not on this device any more, or never was. */
export const PHOTO_GONE: NonNullable<Draft['refusal']> = { code: 'photo_gone', detail: '', errors: [] };

const inMemory = { drafts: new Map<string, Draft>(), photos: new Map<string, DraftPhoto>() };
/** Why what is in memory is only there, by id. */
const unkept = new Map<string, Exclude<Kept, 'kept'>>();
const listeners = new Set<() => void>();
const others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('parvis-drafts');
if (others) others.onmessage = () => tellHere();

function tellHere() {
  for (const listener of listeners) listener();
}

/** Something changed: in this tab and in the others. */
function tell() {
  tellHere();
  others?.postMessage('changed');
}

export function onDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function newDraft(commune: string, kind: Schemas['Kind']): Draft {
  const now = Date.now();
  return {
    id: crypto.randomUUID(),
    commune,
    state: 'editing',
    created: now,
    changed: now,
    content: {
      kind,
      category: null,
      description: '',
      answers: {},
      place: null,
      address: '',
      contact: { by: 'phone', value: '' },
    },
    photos: [],
    sealed: null,
    refusal: null,
    tried: null,
    confirmation: null,
    result: null,
  };
}

export async function getDraft(id: string): Promise<Draft | null> {
  const here = inMemory.drafts.get(id);
  if (here) return here;
  try {
    return (await (await db()).get('drafts', id)) ?? null;
  } catch {
    return null;
  }
}

/** Those of a commune, the latest first. */
export async function draftsOf(commune: string): Promise<Draft[]> {
  const here = [...inMemory.drafts.values()].filter((d) => d.commune === commune);
  let stored: Draft[] = [];
  try {
    stored = await (await db()).getAllFromIndex('drafts', 'commune', commune);
  } catch {
    // Only what is in memory.
  }
  const old = Date.now() - REMEMBERED;
  const all = [...here, ...stored.filter((d) => !inMemory.drafts.has(d.id))];
  for (const gone of all.filter((d) => d.state === 'done' && d.changed < old)) void discardDraft(gone.id);
  return all.filter((d) => d.state !== 'done' || d.changed >= old).sort((a, b) => b.changed - a.changed);
}

/** Whether a draft survives the page with its photos: no better than the worst of them. */
export function keptOf(draft: Pick<Draft, 'id' | 'photos' | 'sealed'>): Kept {
  // What is sealed names its photos where the platform has them.
  const needed = [draft.id, ...(draft.sealed ? [] : draft.photos)];
  return needed.map((id) => unkept.get(id)).find((why) => why !== undefined) ?? 'kept';
}

export async function saveDraft(draft: Draft): Promise<Kept> {
  const now = { ...draft, changed: Date.now() };
  const photos = keptOf({ ...now, id: '' });
  if (now.state !== 'queued' || photos === 'kept') await put('drafts', now);
  else {
    // Nobody but this page has all of it, so nobody else may send it: to them, and once this page is gone, a photo is missing.
    await put('drafts', { ...now, state: 'blocked', refusal: PHOTO_GONE });
    inMemory.drafts.set(now.id, now);
    unkept.set(now.id, photos);
  }
  tell();
  return keptOf(now);
}

/**
 * Its writer sends it off: from now on it waits, in this page and, where the browser has that, without one. It stays theirs,
 * whoever asks for another try; without `by` it is of who is here now.
 */
export async function queueDraft(draft: Draft): Promise<void> {
  const { commune } = draft;
  const here = { signedIn: mayBeSignedIn(commune), account: lastAccount(commune), language: language() };
  const by = draft.by ?? here;
  if ((await saveDraft({ ...draft, state: 'queued', refusal: null, tried: null, by })) === 'kept') askForSync();
}

/** What the service worker is asked for; see sync.ts. */
export const SYNC = 'send';

function askForSync() {
  type Syncing = { sync?: { register: (tag: string) => Promise<void> } };
  const ready = navigator.serviceWorker?.ready as Promise<Syncing> | undefined;
  // Browsers without it, and those that were told not to, send with the next page.
  ready?.then((registration) => registration.sync?.register(SYNC)).catch(() => {});
}

/** All that wait to leave, in every commune, the oldest first; of those that this device keeps. */
export async function queuedDrafts(): Promise<Draft[]> {
  const all = await (await db()).getAll('drafts');
  return all.filter((draft) => draft.state === 'queued').sort((a, b) => a.created - b.created);
}

/** Reads, changes and writes a draft; null if it is gone. */
export async function changeDraft(id: string, change: (draft: Draft) => Partial<Draft>): Promise<Draft | null> {
  const draft = await getDraft(id);
  if (!draft) return null;
  const next = { ...draft, ...change(draft), changed: Date.now() };
  await saveDraft(next);
  return next;
}

export async function discardDraft(id: string): Promise<void> {
  await discardPhotos(id);
  inMemory.drafts.delete(id);
  unkept.delete(id);
  try {
    await (await db()).delete('drafts', id);
  } catch {
    // It was in memory only.
  }
  tell();
}

export async function discardPhotos(draft: string): Promise<void> {
  for (const photo of inMemory.photos.values()) if (photo.draft === draft) forget(photo.id);
  try {
    const base = await db();
    for (const key of await base.getAllKeysFromIndex('photos', 'draft', draft)) await base.delete('photos', key);
  } catch {
    // They were in memory only.
  }
}

export const savePhoto = (photo: DraftPhoto): Promise<Kept> => put('photos', photo);

export async function getPhoto(id: string): Promise<DraftPhoto | null> {
  const here = inMemory.photos.get(id);
  if (here) return here;
  try {
    return (await (await db()).get('photos', id)) ?? null;
  } catch {
    return null;
  }
}

export async function discardPhoto(id: string): Promise<void> {
  forget(id);
  try {
    await (await db()).delete('photos', id);
  } catch {
    // It was in memory only.
  }
}

function forget(photo: string) {
  inMemory.photos.delete(photo);
  unkept.delete(photo);
}

/** The same report anew, as if it had never been sent: another key, photos to be uploaded again. */
export async function restart(draft: Draft): Promise<Draft> {
  const fresh = newDraft(draft.commune, draft.content.kind);
  fresh.content = draft.content;
  for (const old of draft.photos) {
    const photo = await getPhoto(old);
    if (!photo) {
      // Its writer is told when it is sent.
      fresh.photos.push(old);
      continue;
    }
    const copy = { ...photo, id: crypto.randomUUID(), draft: fresh.id, announced: null };
    await discardPhoto(old);
    await savePhoto(copy);
    fresh.photos.push(copy.id);
  }
  await saveDraft(fresh);
  await discardDraft(draft.id);
  return fresh;
}

async function put(store: 'drafts' | 'photos', value: Draft | DraftPhoto): Promise<Kept> {
  const memory = inMemory[store] as Map<string, Draft | DraftPhoto>;
  try {
    await (await db()).put(store, value as Draft & DraftPhoto);
    memory.delete(value.id);
    unkept.delete(value.id);
    return 'kept';
  } catch (error) {
    const why = (error as DOMException)?.name === 'QuotaExceededError' ? 'full' : 'none';
    memory.set(value.id, value);
    unkept.set(value.id, why);
    return why;
  }
}
