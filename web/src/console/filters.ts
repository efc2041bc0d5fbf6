// Which reports the inbox shows: all of it is in the address, so that a link or the way back shows the same.

import type { Schemas } from '../api/client.ts';
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
const firstService = (me: Member) => (me.role === 'agent' || me.role === 'manager' ? 'mine' : 'all');

/** Reads the address; what no setting has any more is left out. */
export function filtersOf(query: Record<string, string | undefined>, commune: Commune, me: Member): Filters {
  const among = (value: string | undefined, ids: readonly { id: string }[]) =>
    ids.some(({ id }) => id === value) ? (value ?? '') : '';
  const services = [...commune.services, { id: 'mine' }, { id: 'all' }];
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
export const today = (now = Date.now()) => new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Paris' }).format(now);

/** Whether the day the commune meant to have solved it by is over. While it waits for the reporter that day moves. */
export function isLate(report: Pick<Summary, 'expected' | 'group' | 'status'>, day = today()): boolean {
  return Boolean(
    report.expected && report.group === 'open' && report.status !== 'awaiting_reporter' && report.expected < day,
  );
}

/** Those of the services asked for; the platform filters everything else. */
export function ofService(reports: readonly Summary[], { service }: Pick<Filters, 'service'>, me: Member): Summary[] {
  if (service === 'all') return [...reports];
  const wanted = service === 'mine' ? me.services : [service];
  return reports.filter((report) => wanted.includes(report.service.id));
}

/** What is late or due soonest first; what has no such day after it, the oldest first. */
export function ordered(reports: readonly Summary[], sort: Filters['sort']): Summary[] {
  const due = (report: Summary) =>
    report.group === 'open' && report.status !== 'awaiting_reporter' ? (report.expected ?? '9998') : '9999';
  return [...reports].sort((a, b) =>
    sort === 'new'
      ? b.created.localeCompare(a.created)
      : due(a).localeCompare(due(b)) || a.created.localeCompare(b.created),
  );
}
