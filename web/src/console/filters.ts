// Which reports the inbox shows: all of it is in the address, so that a link or the way back shows the same.

import type { Schemas } from '../api/client.ts';
import { dayOf } from '../ui/paris.ts';
import type { Commune, Member } from './staff.ts';

export type Status = Schemas['Status'];
type Summary = Schemas['ReportSummary'];

/** What the commune still has something to do about, in the order in which it is to be looked at. */
export const OPEN: readonly Status[] = [
  'reopen_requested',
  'received',
  'reopened',
  'under_review',
  'in_progress',
  'scheduled',
  'forwarded',
  'awaiting_reporter',
];
/** What is done. */
export const DONE: readonly Status[] = ['resolved', 'closed'];

export interface Filters {
  /** One status; all open ones without. */
  status: Status | null;
  /** One service, `mine` for those of the member, or all. */
  service: string;
  kind: string;
  category: string;
  zone: string;
  sort: 'due' | 'new';
}

/** Agents begin with what is theirs, everybody else with everything. */
const firstService = ({ role, services }: Member) =>
  (role === 'agent' || role === 'manager') && services.length > 0 ? 'mine' : 'all';

/** Reads the address; what no setting has any more is left out. */
export function filtersOf(query: Record<string, string | undefined>, commune: Commune, me: Member): Filters {
  const among = (value: string | undefined, ids: readonly { id: string }[]) =>
    ids.some(({ id }) => id === value) ? (value ?? '') : '';
  const services = [...commune.services, ...(me.services.length > 0 ? [{ id: 'mine' }] : []), { id: 'all' }];
  return {
    status: [...OPEN, ...DONE].find((status) => status === query.status) ?? null,
    service: among(query.service, services) || firstService(me),
    kind: among(
      query.kind,
      commune.kinds.map((id) => ({ id })),
    ),
    category: among(query.category, commune.categories),
    zone: among(query.zone, commune.zones),
    sort: query.sort === 'new' ? 'new' : 'due',
  };
}

/** The address of these filters. */
export function addressOf(filters: Filters, me: Member): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    const usual = name === 'service' ? firstService(me) : name === 'sort' ? 'due' : '';
    if (value && value !== usual) query.set(name, value);
  }
  const text = query.toString();
  return text ? `?${text}` : '';
}

/** Today in Paris, as dates are written. */
export const today = dayOf;

/** Whether the day the commune meant to have solved it by is over. While it waits for the reporter that day moves. */
export function isLate(report: Pick<Summary, 'expected' | 'group' | 'status'>, day = today()): boolean {
  return Boolean(
    report.expected && report.group === 'open' && report.status !== 'awaiting_reporter' && report.expected < day,
  );
}

/** The services asked for, one list of the platform each; null is all of them. */
export function servicesOf({ service }: Pick<Filters, 'service'>, me: Member): readonly (string | null)[] {
  if (service === 'all') return [null];
  return service === 'mine' ? me.services : [service];
}

/** Those of these services, where the platform cannot be asked for them. */
export function ofServices(reports: readonly Summary[], services: readonly (string | null)[]): Summary[] {
  return reports.filter((report) => services.includes(null) || services.includes(report.service.id));
}

/** How many reports of these services are in a status, or in any open one. */
export function counted(
  counts: readonly Schemas['ServiceCount'][],
  services: readonly (string | null)[],
  status: Status | null,
): number {
  const wanted = status ? [status] : OPEN;
  return counts
    .filter(({ service }) => services.includes(null) || services.includes(service))
    .flatMap(({ by_status }) => wanted.map((one) => by_status[one] ?? 0))
    .reduce((sum, n) => sum + n, 0);
}

/** Whether counts say how many are shown: they know of services and statuses only. */
export const countable = ({ kind, category, zone }: Filters) => !kind && !category && !zone;
