// Push messages to this browser (Web Push): asked for only when somebody presses the button that explains them.

import { api, body, ProblemError, type Schemas } from '../api/client.ts';
import { platformLanguage } from '../texts/index.ts';

export type PushState = 'unsupported' | 'denied' | 'off' | 'on';

const supported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/**
 * The device that this browser is to a commune. Communes share the browser's one subscription, so that it is there does
 * not say that this one knows of it.
 */
const MARK = 'parvis.push.';

/** How it stands on this device, for this commune. */
export async function pushState(commune: string): Promise<PushState> {
  if (!supported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return localStorage.getItem(MARK + commune) && (await subscription()) ? 'on' : 'off';
}

/** Asks for the permission, subscribes and tells the platform; `denied` if the answer is no. */
export async function startPush(commune: string, key: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const registration = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const made = await registration.pushManager.subscribe(options);
  const device = { platform: 'web', subscription: made.toJSON(), language: platformLanguage() } as Schemas['NewDevice'];
  try {
    const known = await body(api.PUT('/v1/{commune}/me/devices', { params: { path: { commune } }, body: device }));
    localStorage.setItem(MARK + commune, known.id);
  } catch (error) {
    // What the platform does not know must not look as if it were on.
    await leave();
    throw error;
  }
  return 'on';
}

/** Ends it on this device for one commune: at the platform, and in the browser where no other commune uses it. */
export async function stopPush(commune: string): Promise<void> {
  const device = localStorage.getItem(MARK + commune);
  localStorage.removeItem(MARK + commune);
  try {
    if (device)
      await body(api.DELETE('/v1/{commune}/me/devices/{device}', { params: { path: { commune, device } } })).catch(
        gone,
      );
  } finally {
    await leave();
  }
}

/** The device was removed elsewhere, or went with the account. */
function gone(error: unknown) {
  if (!(error instanceof ProblemError && (error.status === 401 || error.status === 404))) throw error;
}

/** Gives the subscription up unless a commune still sends to it. Without it the platform is told at its next message. */
async function leave(): Promise<void> {
  const used = Object.keys(localStorage).some((key) => key.startsWith(MARK));
  if (supported() && !used) await (await subscription())?.unsubscribe();
}
