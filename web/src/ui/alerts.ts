// Danger alerts as every page knows them: which of them hold at this moment, and that they are asked for again.

import { useEffect, useState } from 'preact/hooks';
import type { Schemas } from '../api/client.ts';
import { useFreshWhenBack } from './when-back.ts';

export type Alert = Schemas['AlertView'];

/** The most characters of a headline, and of what is known or to be done. */
export const HEADLINE = 160;
export const WORDS = 2000;

/** An answer grows old on a screen and on the device: the clock has the last word. */
export const isInForce = (alert: Pick<Alert, 'in_force' | 'ended' | 'expires'>, now = Date.now()): boolean =>
  alert.in_force && !alert.ended && now < Date.parse(alert.expires);

/** When the next of them is over by itself, if any is in force. */
export function nextEnd(alerts: readonly Alert[], now = Date.now()): number | null {
  const ends = alerts.filter((alert) => isInForce(alert, now)).map(({ expires }) => Date.parse(expires));
  return ends.length > 0 ? Math.min(...ends) : null;
}

/** Those that hold, drawn anew when one of them is over. */
export function useInForce(alerts: readonly Alert[]): Alert[] {
  const [, again] = useState(0);
  const next = nextEnd(alerts);
  useEffect(() => {
    if (next === null) return;
    // A second later it is over on every clock.
    const timer = setTimeout(() => again((n) => n + 1), next - Date.now() + 1000);
    return () => clearTimeout(timer);
  }, [next]);
  return alerts.filter((alert) => isInForce(alert));
}

/** Asks again when somebody comes back to the page or the network does: an all-clear may have come. */
export function useFreshWhenSeen(loaded: { asOf: number | null; error: unknown; reload: () => void }) {
  const { reload } = loaded;
  useFreshWhenBack(loaded);
  useEffect(() => {
    const seen = () => {
      if (!document.hidden) reload();
    };
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, [reload]);
}
