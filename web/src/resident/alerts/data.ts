// Alerts of a commune as residents ask for them.

import { api, body } from '../../api/client.ts';
import type { Alert } from '../../ui/alerts.ts';

/** A page of them, newest first. */
export async function alertPage(commune: string, cursor?: string, inForce = false) {
  const query = { ...(inForce ? { in_force: true } : {}), ...(cursor ? { cursor } : {}) };
  const page = await body(api.GET('/v1/{commune}/alerts', { params: { path: { commune }, query } }));
  return { items: page.alerts, next: page.next };
}

/** Those that are in force, up to `most`: a page of them may be short, or empty, and yet not the last. */
export async function alertsInForce(commune: string, most: number): Promise<Alert[]> {
  const found: Alert[] = [];
  let cursor: string | undefined;
  do {
    const page = await alertPage(commune, cursor, true);
    found.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor && found.length < most);
  return found;
}
