// What this device keeps (IndexedDB): answers last seen, drafts and what waits to be sent. Everything names its commune.

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Draft, DraftPhoto } from './drafts.ts';

/** An answer as last seen. */
export interface Known {
  /** `<commune>|<address>`. */
  key: string;
  commune: string;
  value: unknown;
  /** Milliseconds since 1970. */
  at: number;
}

export interface ParvisDb extends DBSchema {
  known: { key: string; value: Known; indexes: { commune: string; at: number } };
  /** Reports that were begun or wait for the network; see outbox.ts. */
  drafts: { key: string; value: Draft; indexes: { commune: string } };
  /** Their photos, apart, so that a change of a word does not write them again. */
  photos: { key: string; value: DraftPhoto; indexes: { draft: string } };
}

let opened: Promise<IDBPDatabase<ParvisDb>> | null = null;

/** The database; rejects where the browser has none (private windows of some). */
export function db(): Promise<IDBPDatabase<ParvisDb>> {
  opened ??= openDB<ParvisDb>('parvis', 1, {
    upgrade(base) {
      const known = base.createObjectStore('known', { keyPath: 'key' });
      known.createIndex('commune', 'commune');
      known.createIndex('at', 'at');
      base.createObjectStore('drafts', { keyPath: 'id' }).createIndex('commune', 'commune');
      base.createObjectStore('photos', { keyPath: 'id' }).createIndex('draft', 'draft');
    },
  });
  return opened;
}
