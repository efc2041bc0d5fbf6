// The service worker: the app opens without a network, and pictures that were seen stay. It never keeps an answer of the
// API; screens do that themselves, by commune, and forget it at sign-out (known.ts).

import { SYNC } from './drafts.ts';
import { sendAll } from './sync.ts';

const worker = self as unknown as ServiceWorkerGlobalScope;
/** The files of the residents' app, and what the console has besides; scripts/shell-list.ts writes them. */
declare const __SHELL__: string[];
declare const __CONSOLE__: string[];
/** Files that few need: kept once they were asked for. */
declare const __LATER__: string[];

/** The static routes of service workers, which few browsers have yet. */
type Routes = ExtendableEvent & { addRoutes?: (rule: object) => Promise<void> };

const PAGE = '/index.html';
const SHELL = `shell-${digest(__SHELL__.join())}`;
const CONSOLE_PAGE = '/console.html';
const CONSOLE = `console-${digest(__CONSOLE__.join())}`;
/** Named in known.ts too, which forgets them. */
const PICTURES = 'pictures';
const MOST_PICTURES = 150;
/** Parts of communes' own maps, each of some kB. Named in known.ts too. */
const MAPS = 'maps';
const MOST_PARTS = 600;

worker.addEventListener('install', (event) => {
  // Calls of the API go past the worker where browsers can: what a page sends as it closes would end with the page here.
  (event as Routes).addRoutes?.({ condition: { urlPattern: '/v1/*' }, source: 'network' })?.catch(() => {});
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll([PAGE, ...__SHELL__])));
  event.waitUntil(keepConsole(false));
});

/** The console's files, which staff need and residents do not: asked for by the console, and renewed where they were kept. */
async function keepConsole(asked: boolean): Promise<void> {
  if (!asked && !(await caches.keys()).some((name) => name.startsWith('console-'))) return;
  const cache = await caches.open(CONSOLE);
  if (await cache.match(CONSOLE_PAGE)) return;
  try {
    await cache.addAll([CONSOLE_PAGE, ...__CONSOLE__]);
  } catch {
    // No network any more, or a newer version is out: the next time.
  }
}

worker.addEventListener('activate', (event) => {
  event.waitUntil(removeOld().then(() => worker.clients.claim()));
});

// A page asks for the new version once its user agreed; to be looked after; the console to be kept.
worker.addEventListener('message', (event) => {
  if (event.data === 'claim') event.waitUntil(worker.clients.claim());
  if (event.data === 'activate') void worker.skipWaiting();
  if (event.data === 'keep console') event.waitUntil(keepConsole(true));
});

/** What `deliver_notice` sends to a browser (docs/decisions/0031-web-push.md). */
interface Told {
  title: string;
  body: string;
  /** A path of ours. */
  url: string;
  tag: string;
}

// A message that is not shown makes browsers take the permission back: one that cannot be read is shown without words.
worker.addEventListener('push', (event) => {
  const { title, body, tag, url } = read(event.data);
  event.waitUntil(worker.registration.showNotification(title, { body, tag, icon: '/icons/192.png', data: { url } }));
});

function read(data: PushMessageData | null): Told {
  let said: Partial<Record<keyof Told, unknown>> = {};
  try {
    said = data?.json() ?? {};
  } catch {
    // No JSON.
  }
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' && value ? value : otherwise);
  return {
    title: text(said.title, 'Parvis'),
    body: text(said.body, ''),
    url: text(said.url, '/'),
    tag: text(said.tag, 'parvis'),
  };
}

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const address = ours((event.notification.data as { url?: string } | null)?.url ?? '/');
  if (address) event.waitUntil(openAt(address));
});

/** The address of a path of ours; null for anything else. */
function ours(path: string): URL | null {
  try {
    const url = new URL(path, location.origin);
    return url.origin === location.origin ? url : null;
  } catch {
    return null;
  }
}

/** How long a window has for its answer. */
const ASKED = 500;

/** What is a page of the residents' app, and not of the console, the operators or the platform itself. */
const RESIDENTS = /^(?!\/operator(\/|$)|\/[^/]+\/console(\/|$)|\/(v1|_local|media|maps)\/)/;

/** The kept page that draws this address; none for the operators' and the platform's own. */
function pageOf(path: string): string | null {
  if (RESIDENTS.test(path)) return PAGE;
  return /^\/[^/]+\/console(\/|$)/.test(path) ? CONSOLE_PAGE : null;
}

/** Shows the address, has something in it that is being written, or may be led there (load.ts, register.ts). */
type Word = 'shows' | 'writing' | 'free';

/**
 * What a window says of itself; null when it says nothing. Its `url` would say where it began, and from there pages change without
 * one being loaded. One that shows the address asks for its data again.
 */
const word = (window: WindowClient, address: URL): Promise<Word | null> =>
  new Promise((answer) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => answer(data);
    setTimeout(() => answer(null), ASKED);
    window.postMessage({ news: address.pathname + address.search }, [port2]);
  });

/** In the window that shows it, else in a free one of the residents', or a new one: what is being written stays where it is. */
async function openAt(address: URL): Promise<void> {
  const windows = await worker.clients.matchAll({ type: 'window' });
  const words = await Promise.all(windows.map((window) => word(window, address)));
  const there = windows[words.indexOf('shows')];
  if (there) {
    // Another part of the same page is no other page.
    if (address.hash) await there.navigate(address.href);
    await there.focus();
    return;
  }
  const open = windows.find((w, i) => words[i] === 'free' && RESIDENTS.test(new URL(w.url).pathname));
  if (open) await (await open.navigate(address.href))?.focus();
  else await worker.clients.openWindow(address.href);
}

// Chromium alone has this event.
worker.addEventListener('sync', (event) => {
  const sync = event as ExtendableEvent & { tag: string };
  if (sync.tag === SYNC) sync.waitUntil(sendAll());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') {
    const start = pageOf(url.pathname);
    if (start) event.respondWith(page(request, start));
  } else if (url.pathname.startsWith('/media/')) {
    event.respondWith(picture(request));
  } else if (url.pathname.startsWith('/maps/') && request.headers.has('range')) {
    event.respondWith(part(request));
  } else if (__SHELL__.includes(url.pathname) || __CONSOLE__.includes(url.pathname)) {
    // Names change with content: how it was asked for the first time does not matter.
    event.respondWith(caches.match(request, { ignoreVary: true }).then((found) => found ?? fetch(request)));
  } else if (__LATER__.includes(url.pathname)) {
    event.respondWith(kept(request, SHELL));
  }
});

/** The page from the network; without one the page that was kept, which draws every address. */
async function page(request: Request, kept: string): Promise<Response> {
  let answer: Response | null = null;
  try {
    answer = await fetch(request);
    if (answer.status < 500) return answer;
  } catch {
    // No network.
  }
  return (await caches.match(kept)) ?? answer ?? Response.error();
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
    if (/^(shell|console)-/.test(name) && name !== SHELL && name !== CONSOLE) await caches.delete(name);
  }
}

/** A short name for the list, so that another list is another cache (FNV-1a). */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36);
}
