// What a browser keeps of somebody.

import type { Page } from '@playwright/test';

/** Which of `secrets` are kept anywhere in the browser, and where. */
export const traces = (page: Page, secrets: string[]): Promise<string[]> =>
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
