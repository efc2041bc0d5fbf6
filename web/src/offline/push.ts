// Push messages to this browser (Web Push): asked for only when somebody presses the button that explains them.

import { api, body, type Schemas } from '../api/client.ts';
import { platformLanguage } from '../texts/index.ts';

export type PushState = 'unsupported' | 'denied' | 'off' | 'on';

const supported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** How it stands on this device. */
export async function pushState(): Promise<PushState> {
  if (!supported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return (await subscription()) ? 'on' : 'off';
}

/** Asks for the permission, subscribes and tells the platform; `denied` if the answer is no. */
export async function startPush(commune: string, key: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const registration = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const made = await registration.pushManager.subscribe(options);
  const device = { platform: 'web', subscription: made.toJSON(), language: platformLanguage() } as Schemas['NewDevice'];
  try {
    await body(api.PUT('/v1/{commune}/me/devices', { params: { path: { commune } }, body: device }));
  } catch (error) {
    // What the platform does not know must not look as if it were on.
    await made.unsubscribe();
    throw error;
  }
  return 'on';
}

/** Ends it on this device. The platform learns of it from the push service and removes the device. */
export async function stopPush(): Promise<void> {
  if (supported()) await (await subscription())?.unsubscribe();
}
