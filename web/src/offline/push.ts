// Push messages to this browser (Web Push): asked for only when somebody presses the button that explains them.

import { api, body, ProblemError, type Schemas } from '../api/client.ts';
import { platformLanguage } from '../texts/language.ts';

export type PushState = 'unsupported' | 'denied' | 'off' | 'on';

const supported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Names the device that the platform made of this browser for an account of the commune. */
const MARK = 'parvis.push.';

export const thisDevice = (commune: string) => localStorage.getItem(MARK + commune);

/**
 * How it stands on this device. The browser has one subscription for all communes and whoever uses it: it is on where `devices`,
 * those of the account, has the one that was made here.
 */
export async function pushState(commune: string, devices: readonly { id: string }[]): Promise<PushState> {
  if (!supported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  const own = thisDevice(commune);
  return devices.some((d) => d.id === own) && (await subscription()) ? 'on' : 'off';
}

/** Asks for the permission, subscribes and tells the platform; `denied` if the answer is no. */
export async function startPush(commune: string, key: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const registration = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const made = await registration.pushManager.subscribe(options);
  const device = { platform: 'web', subscription: made.toJSON(), language: platformLanguage() } as Schemas['NewDevice'];
  try {
    const { id } = await body(api.PUT('/v1/{commune}/me/devices', { params: { path: { commune } }, body: device }));
    localStorage.setItem(MARK + commune, id);
  } catch (error) {
    // What the platform does not know must not look as if it were on.
    if (!usedElsewhere()) await made.unsubscribe();
    throw error;
  }
  return 'on';
}

/** Ends it on this device for who is signed in to the commune. */
export async function stopPush(commune: string): Promise<void> {
  const device = thisDevice(commune);
  localStorage.removeItem(MARK + commune);
  if (!supported()) return;
  const told = device === null || (await removed(commune, device));
  // Other communes' messages still come, unless this one's would too: the platform could not be told.
  if (!told || !usedElsewhere()) await (await subscription())?.unsubscribe();
}

const usedElsewhere = () => Object.keys(localStorage).some((key) => key.startsWith(MARK));

/** Whether the platform does not know the device any more. */
async function removed(commune: string, device: string): Promise<boolean> {
  try {
    await body(api.DELETE('/v1/{commune}/me/devices/{device}', { params: { path: { commune, device } } }));
    return true;
  } catch (error) {
    return error instanceof ProblemError && error.status === 404;
  }
}
