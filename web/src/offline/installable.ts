// The browser's offer to install the app, kept until somebody takes it.

interface InstallEvent extends Event {
  prompt: () => Promise<unknown>;
}

let offer: InstallEvent | null = null;
const listeners = new Set<() => void>();

function changed(next: InstallEvent | null) {
  offer = next;
  for (const listener of listeners) listener();
}

/** Listens from the start: browsers offer it once, early. */
export function watchInstallable() {
  addEventListener('beforeinstallprompt', (event) => {
    // Not now: where it explains itself.
    event.preventDefault();
    changed(event as InstallEvent);
  });
  addEventListener('appinstalled', () => changed(null));
}

export function onInstallable(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const canInstall = () => offer !== null;

export async function install() {
  await offer?.prompt();
  changed(null);
}

export const isInstalled = () => matchMedia('(display-mode: standalone)').matches;

/** iPhones and iPads offer nothing; their users do it in the share menu. */
export const needsHand = () =>
  /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

/** Names the commune's manifest: what is installed is this commune's app. */
export function linkManifest(commune: string) {
  let link = document.querySelector<HTMLLinkElement>('link[rel=manifest]');
  if (!link) {
    link = document.createElement('link');
    link.rel = 'manifest';
    document.head.append(link);
  }
  link.href = `/v1/${commune}/manifest`;
}
