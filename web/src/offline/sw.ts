// The service worker: the app opens without a network, and pictures that were seen stay. It never keeps an answer of the
// API; screens do that themselves, by commune, and forget it at sign-out (known.ts).

const worker = self as unknown as ServiceWorkerGlobalScope;
/** The files of the app; scripts/shell-list.ts writes them. */
declare const __SHELL__: string[];
/** Files that few need: kept once they were asked for. */
declare const __LATER__: string[];

const PAGE = '/index.html';
const SHELL = `shell-${digest(__SHELL__.join())}`;
/** Named in known.ts too, which forgets them. */
const PICTURES = 'pictures';
const MOST_PICTURES = 150;
/** Parts of communes' own maps, each of some kB. Named in known.ts too. */
const MAPS = 'maps';
const MOST_PARTS = 600;

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll([PAGE, ...__SHELL__])));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(removeOld().then(() => worker.clients.claim()));
});

// A page asks for the new version once its user agreed.
worker.addEventListener('message', (event) => {
  if (event.data === 'activate') void worker.skipWaiting();
});

/** What `deliver_notice` sends to a browser (docs/decisions/0031-web-push.md). */
interface Told {
  title: string;
  body: string;
  /** A path of ours. */
  url: string;
  tag: string;
}

// A message that is not shown makes browsers take the permission back.
worker.addEventListener('push', (event) => {
  const told = event.data?.json() as Told | undefined;
  if (!told) return;
  const { title, body, tag, url } = told;
  event.waitUntil(worker.registration.showNotification(title, { body, tag, icon: '/icons/192.png', data: { url } }));
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = new URL((event.notification.data as { url?: string } | null)?.url ?? '/', location.origin);
  if (url.origin === location.origin) event.waitUntil(openAt(url.href));
});

/** In a window that is there already, else in a new one. */
async function openAt(address: string): Promise<void> {
  const [open] = await worker.clients.matchAll({ type: 'window' });
  if (open) await (await open.navigate(address))?.focus();
  else await worker.clients.openWindow(address);
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') {
    if (!/^\/operator(\/|$)|^\/[^/]+\/console(\/|$)|^\/(v1|_local|media|maps)\//.test(url.pathname))
      event.respondWith(page(request));
  } else if (url.pathname.startsWith('/media/')) {
    event.respondWith(picture(request));
  } else if (url.pathname.startsWith('/maps/') && request.headers.has('range')) {
    event.respondWith(part(request));
  } else if (__SHELL__.includes(url.pathname)) {
    // Names change with content: how it was asked for the first time does not matter.
    event.respondWith(caches.match(request, { ignoreVary: true }).then((found) => found ?? fetch(request)));
  } else if (__LATER__.includes(url.pathname)) {
    event.respondWith(kept(request, SHELL));
  }
});

/** The page from the network; without one the page that was kept, which draws every address. */
async function page(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (answer.status < 500) return answer;
  } catch {
    // No network.
  }
  return (await caches.match(PAGE)) ?? Response.error();
}

/** A picture's address never changes its content. */
const picture = (request: Request) => kept(request, PICTURES, MOST_PICTURES);

/** What is kept under this address; else what the network has, which is kept from then on. */
async function kept(request: Request, name: string, most = Number.POSITIVE_INFINITY): Promise<Response> {
  const cache = await caches.open(name);
  const found = await cache.match(request, { ignoreVary: true });
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    try {
      await cache.put(request, answer.clone());
      await keepLast(cache, most);
    } catch {
      // The device is full: it is shown all the same.
    }
  }
  return answer;
}

/** A part of a map, whose address never changes its content. Caches keep no answer that is a part, so it is kept as a whole. */
async function part(request: Request): Promise<Response> {
  const range = request.headers.get('range') ?? '';
  const cache = await caches.open(MAPS);
  const name = `${request.url}?${new URLSearchParams({ range })}`;
  const found = await cache.match(name);
  if (found) return new Response(found.body, { status: 206, headers: found.headers });
  const answer = await fetch(request);
  if (answer.status === 206) {
    const { headers } = answer;
    try {
      await cache.put(name, new Response(answer.clone().body, { headers }));
      await keepLast(cache, MOST_PARTS);
    } catch {
      // The device is full: the map is shown all the same.
    }
  }
  return answer;
}

async function keepLast(cache: Cache, most: number): Promise<void> {
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - most))) await cache.delete(old);
}

async function removeOld(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith('shell-') && name !== SHELL) await caches.delete(name);
  }
}

/** A short name for the list, so that another list is another cache (FNV-1a). */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36);
}
