// What an account leaves on the device it was used on: nothing, once it signed out.

import type { Page } from '@playwright/test';
import { report, resident } from '../world.mjs';
import { COMMUNE, expect, freshEmail } from './fixtures.ts';
import { noTiles, settled, signedIn, test } from './screens.ts';

/** Which of `secrets` are kept anywhere in the browser, and where. */
const traces = (page: Page, secrets: string[]): Promise<string[]> =>
  page.evaluate(async (secrets) => {
    const found: string[] = [];
    const look = (where: string, text: string) =>
      found.push(...secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`));
    for (const [name, store] of Object.entries({ localStorage, sessionStorage }))
      look(name, JSON.stringify({ ...store }));
    look('cookie', document.cookie);
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        look(`cache ${name}`, request.url);
        const answer = await cache.match(request);
        if (answer && /json|text/.test(answer.headers.get('content-type') ?? ''))
          look(`cache ${name}`, await answer.text());
      }
    }
    for (const { name = '' } of await indexedDB.databases()) {
      const base = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of base.objectStoreNames) {
        const all = base.transaction(store).objectStore(store).getAll();
        const values = await new Promise<unknown[]>((resolve) => {
          all.onsuccess = () => resolve(all.result);
        });
        look(`${name}/${store}`, JSON.stringify(values));
      }
      base.close();
    }
    return found;
  }, secrets);

test('who signs out leaves nothing on the device', async ({ page, baseURL }, info) => {
  test.skip(info.project.name !== 'phone', 'no matter of size');
  const origin = baseURL ?? '';
  const email = freshEmail('traces');
  const session = await resident(origin, COMMUNE, email);
  const { id } = await report(origin, session, []);
  await noTiles(page);
  await signedIn(page, session);
  for (const path of ['', `reports/${id}`, 'reports', 'me']) {
    await page.goto(`/${COMMUNE}/${path}`);
    await settled(page);
  }
  const secrets = [email, session.account.id, session.access_token];
  await expect.poll(() => traces(page, secrets), 'something is kept for when there is no network').not.toEqual([]);
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await expect(page.getByRole('button', { name: 'Se déconnecter' })).toHaveCount(0);
  await expect.poll(() => traces(page, secrets)).toEqual([]);
});
