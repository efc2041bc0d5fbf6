// What the console has not sent yet, kept on this device (IndexedDB) so that a closed page or a dead battery loses nothing. The
// residents' pages use it to sign out: it belongs to whoever is signed in.

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Schemas } from '../api/client.ts';

/** One change of a report by somebody of the staff. */
export interface Entry {
  id: string;
  commune: string;
  /** Who did it: nobody else's session sends it. */
  account: string;
  /** What colleagues call them, as in the report's history. */
  agent: string;
  report: string;
  excerpt: string;
  /** The report as they saw it. */
  version: number;
  what: { change: Schemas['Change'] } | { comment: Schemas['NewComment'] };
  /** Photos that are not at the platform yet; their ids come to those of `what`. */
  photos: Blob[];
  at: number;
  /** When it is sent, unless taken back before. */
  sendAt: number;
  /** A request may have reached the platform. */
  tried: boolean;
  state: 'counting' | 'sending' | 'waiting' | 'conflict' | 'refused';
  /** Why it is refused or waits. */
  problem?: string;
}

interface OutboxDb extends DBSchema {
  outbox: { key: string; value: Entry; indexes: { account: string } };
}

let opened: Promise<IDBPDatabase<OutboxDb>> | null = null;

const NAME = 'parvis-console';

const db = () => {
  opened ??= openDB<OutboxDb>(NAME, 1, {
    upgrade(base) {
      base.createObjectStore('outbox', { keyPath: 'id' }).createIndex('account', 'account');
    },
  });
  return opened;
};

/** Keeps it; a device that cannot (a private window) sends all the same while the page is open. */
export async function keepEntry(entry: Entry): Promise<void> {
  try {
    await (await db()).put('outbox', entry);
  } catch (error) {
    console.debug('not kept', error);
  }
}

export async function dropEntry(id: string): Promise<void> {
  try {
    await (await db()).delete('outbox', id);
  } catch (error) {
    console.debug('not dropped', error);
  }
}

export async function entriesOf(account: string): Promise<Entry[]> {
  try {
    return await (await db()).getAllFromIndex('outbox', 'account', account);
  } catch {
    return [];
  }
}

/** Whether the console was ever open here: a resident's device has no outbox, and is not given one by looking. */
const there = async () => (await indexedDB.databases()).some(({ name }) => name === NAME);

/** How many changes of an account have not left this device, whichever tab has them. */
export async function unsentOf(account: string): Promise<number> {
  try {
    return (await there()) ? (await entriesOf(account)).length : 0;
  } catch {
    return 0;
  }
}

/** Forgets what was to be sent to a commune: who wrote it has signed out. */
export async function forgetUnsent(commune: string): Promise<void> {
  try {
    if (!(await there())) return;
    for (const entry of await (await db()).getAll('outbox')) if (entry.commune === commune) await dropEntry(entry.id);
  } catch {
    // Nothing was kept.
  }
}
