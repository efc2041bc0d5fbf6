// The service worker: registered once the page is there, and a new version used when its user says so.

import { t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';

export function registerWorker() {
  if (!('serviceWorker' in navigator)) return;
  // A notification was pressed (sw.ts). Said last: a screen that shows what it is about says so itself.
  navigator.serviceWorker.addEventListener('message', ({ data, ports }) => {
    if (data?.news) setTimeout(() => ports[0]?.postMessage(isWriting() ? 'writing' : 'free'));
  });
  addEventListener('load', () => {
    navigator.serviceWorker
      .register('/sw.js')
      .then(watch)
      .catch((error) => console.debug('no service worker', error));
  });
}

const isWriting = () => [...document.querySelectorAll('textarea')].some(({ value }) => value.trim() !== '');

function watch(registration: ServiceWorkerRegistration | undefined) {
  if (!registration) return;
  // A page that was on its way while the first version became active, or was loaded by force, is nobody's.
  if (registration.active && !navigator.serviceWorker.controller) registration.active.postMessage('claim');
  const offer = () => {
    const { waiting } = registration;
    // The very first version waits for nobody.
    if (!waiting || !navigator.serviceWorker.controller) return;
    announce(t.common.newVersion, { label: t.common.reload, run: () => take(waiting) });
  };
  offer();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer));
  // An app that stays open for days looks now and then.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') registration.update().catch(() => {});
  });
}

function take(waiting: ServiceWorker) {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage('activate');
}
