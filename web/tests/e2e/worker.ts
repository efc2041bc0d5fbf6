// The service worker as the browser's own parts talk to it: messages of a push service, and the network that came back.

import type { CDPSession, Page, Worker } from '@playwright/test';
import { expect } from './fixtures.ts';

export interface Background {
  /** What a push service delivers, as text. */
  push: (data: string) => Promise<unknown>;
  /** The browser found a network and says so for what was registered under `tag`. */
  sync: (tag: string) => Promise<unknown>;
  worker: Worker;
}

/** Waits until the page has a service worker. */
export async function background(page: Page): Promise<Background> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const wire: CDPSession = await page.context().newCDPSession(page);
  const ids = new Set<string>();
  wire.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    for (const one of registrations)
      if (!one.isDeleted && new URL(one.scopeURL).origin === new URL(page.url()).origin) ids.add(one.registrationId);
  });
  await wire.send('ServiceWorker.enable');
  await expect.poll(() => ids.size).toBe(1);
  const at = () => ({ origin: new URL(page.url()).origin, registrationId: [...ids][0] ?? '' });
  const worker = page.context().serviceWorkers()[0];
  if (!worker) throw new Error('no service worker');
  return {
    push: (data) => wire.send('ServiceWorker.deliverPushMessage', { ...at(), data }),
    sync: (tag) => wire.send('ServiceWorker.dispatchSyncEvent', { ...at(), tag, lastChance: false }),
    worker,
  };
}
