// What a list of reports is filtered by, in its address: a link shows the same to whoever opens it.

import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { dayOf, daysAfter, midnight, told } from '../ui/paris.ts';
import type { Commune } from './commune.ts';
import type { ReportQuery } from './reports-data.ts';

/** As in the address; empty is all. `since` is a number of days. */
export interface Filters {
  kind: string;
  category: string;
  status: string;
  zone: string;
  since: string;
  whose: '' | 'mine' | 'following';
}

export const NONE: Filters = { kind: '', category: '', status: '', zone: '', since: '', whose: '' };
export const SINCE = ['7', '30', '365'] as const;

/** Those that mean something in this commune; whatever else an address says is left out. */
export function readFilters(query: Record<string, string>, commune: Commune): Filters {
  const one = (value: string | undefined, among: readonly string[]) => (value && among.includes(value) ? value : '');
  return {
    kind: one(query.kind, Object.keys(t.kind)),
    category: one(
      query.category,
      commune.categories.map((c) => c.id),
    ),
    status: one(query.status, Object.keys(t.status)),
    zone: one(
      query.zone,
      commune.zones.map((z) => z.id),
    ),
    since: one(query.since, SINCE),
    whose: query.mine === 'true' ? 'mine' : query.following === 'true' ? 'following' : '',
  };
}

/** The address of a list; `view` is `map` where the map is looked at on a phone. */
export function listLink(commune: string, filters: Filters, view?: string): string {
  const query = new URLSearchParams();
  for (const name of ['kind', 'category', 'status', 'zone', 'since'] as const)
    if (filters[name]) query.set(name, filters[name]);
  if (filters.whose) query.set(filters.whose, 'true');
  if (view) query.set('view', view);
  return `/${commune}/reports${query.size ? `?${query}` : ''}`;
}

/** What the platform is asked. Days begin at midnight in Paris, so that an hour later the question is the same. */
export function asQuery(filters: Filters, now = Date.now()): ReportQuery {
  const query: ReportQuery = {};
  if (filters.kind) query.kind = filters.kind as Schemas['Kind'];
  if (filters.category) query.category = filters.category;
  if (filters.status) query.status = filters.status as Schemas['Status'];
  if (filters.zone) query.zone = filters.zone;
  if (filters.since) query.since = told(midnight(daysAfter(dayOf(now), -Number(filters.since))));
  if (filters.whose) query[filters.whose] = true;
  return query;
}

export const countOf = (filters: Filters) => Object.values(filters).filter(Boolean).length;
