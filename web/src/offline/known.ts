// Answers as they were last seen, for when there is no network.

import { db } from './db.ts';

/** More than this are not kept; the oldest go. */
const MOST = 400;

const key = (commune: string, what: string) => `${commune}|${what}`;

/** How often a commune was forgotten while this page was open. */
const times = new Map<string, number>();

/** To be called before a question is asked; keeps its answer, unless somebody signed out meanwhile. */
export function keeper(commune: string): (what: string, value: unknown) => void {
  const before = times.get(commune);
  return (what, value) => {
    if (times.get(commune) === before) void keep(commune, what, value);
  };
}

/** From now on answers to what was asked before are not kept. */
export const forgotten = (commune: string) => void times.set(commune, (times.get(commune) ?? 0) + 1);

/** Keeps what was seen just now; answers go through {@link keeper}. A device that cannot (full, private window) works without. */
export async function keep(commune: string, what: string, value: unknown): Promise<void> {
  try {
    const base = await db();
    await base.put('known', { key: key(commune, what), commune, value, at: Date.now() });
    const count = await base.count('known');
    if (count <= MOST) return;
    const old = await base.getAllKeysFromIndex('known', 'at', null, count - MOST);
    for (const k of old) await base.delete('known', k);
  } catch (error) {
    console.debug('not kept', what, error);
  }
}

/** What was last seen and when, or null. */
export async function lastKnown<T>(commune: string, what: string): Promise<{ value: T; at: number } | null> {
  try {
    const found = await (await db()).get('known', key(commune, what));
    return found ? { value: found.value as T, at: found.at } : null;
  } catch {
    return null;
  }
}

/**
 * Forgets everything seen in a commune, its pictures and what was sent too; drafts stay with whoever wrote
 * them here.
 */
export async function forget(commune: string): Promise<void> {
  forgotten(commune);
  try {
    const base = await db();
    for (const k of await base.getAllKeysFromIndex('known', 'commune', commune)) await base.delete('known', k);
    for (const draft of await base.getAllFromIndex('drafts', 'commune', commune))
      if (draft.state === 'done') await base.delete('drafts', draft.id);
  } catch {
    // Nothing was kept.
  }
  try {
    await caches.delete('pictures');
    await caches.delete('maps');
  } catch {
    // No cache here.
  }
}
