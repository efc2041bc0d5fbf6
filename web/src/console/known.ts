// What the console keeps on this device for when there is no network: of one member in one commune, and nobody else.

import { db } from '../offline/db.ts';
import { keep, lastKnown } from '../offline/known.ts';

/** All of it begins so; the residents' own answers do not. */
const STAFF = 'staff/';
const WHO = `${STAFF}who`;

/** What an answer to this member is kept under. */
export const known = (account: string, what: string) => `${STAFF}${account}/${what}`;

/** As long as a second factor lasts. */
const HOURS = 12 * 60 * 60_000;

/** The platform let this member in: without a network the console opens for them. What others left here is forgotten. */
export async function letIn(commune: string, account: string): Promise<void> {
  await keep(commune, WHO, account);
  await forgetOthers(commune, account);
}

/** Whom the platform let in last on this device, not longer ago than a second factor lasts. */
export async function lastLetIn(commune: string, now = Date.now()): Promise<string | null> {
  const who = await lastKnown<string>(commune, WHO);
  return who && now - who.at < HOURS ? who.value : null;
}

/** Whether anybody was let in here, however long ago. */
export const wasLetIn = async (commune: string) => (await lastKnown<string>(commune, WHO)) !== null;

async function forgetOthers(commune: string, account: string): Promise<void> {
  try {
    const base = await db();
    const mine = (key: string) => key === `${commune}|${WHO}` || key.startsWith(`${commune}|${known(account, '')}`);
    const staff = (key: string) => key.slice(key.indexOf('|') + 1).startsWith(STAFF);
    const others = (await base.getAllKeys('known')).filter((key) => staff(key) && !mine(key));
    for (const key of others) await base.delete('known', key);
    if (others.length > 0) await caches.delete('pictures');
  } catch (error) {
    // Nothing was kept.
    console.debug('nothing to forget', error);
  }
}

/** Has the service worker keep the console's files: it opens without a network from now on. Residents never load them. */
export function keepConsole() {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.ready
    .then(({ active }) => active?.postMessage('keep console'))
    .catch((error) => console.debug('no service worker', error));
}
