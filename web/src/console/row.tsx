// A report in a list of the console: what, where, whose, by when.

import { ago, day, t } from '../texts/index.ts';
import { Photo } from '../ui/report-bits.tsx';
import { Their, theirs } from '../ui/their.tsx';
import { isLate, today } from './filters.ts';
import { consolePath } from './gate.tsx';
import type { Summary } from './inbox-data.ts';
import { type Commune, useStaff } from './staff.ts';
import { c } from './texts/index.ts';

/** Its category, or what kind of message it is. */
export function topic(
  commune: Commune,
  report: Pick<Summary, 'category' | 'kind'>,
  kinds: Record<string, string>,
): string {
  const category = commune.categories.find(({ id }) => id === report.category);
  return category?.name ?? kinds[report.kind] ?? '';
}

export function Row({ report, seen }: { report: Summary; seen?: () => void }) {
  const { commune } = useStaff();
  const zone = commune.zones.find(({ id }) => id === report.zone)?.name;
  return (
    <li class={isLate(report) ? 'row late' : 'row'} onMouseEnter={seen}>
      {report.photo && <Photo photo={report.photo} alt="" />}
      <div class="row-words">
        <a class="row-link" href={consolePath(commune.id, `/reports/${report.id}`)} onFocus={seen} lang={theirs()}>
          {report.excerpt}
        </a>
        <p class="small">
          <Their>
            {[topic(commune, report, t.kind), report.place?.address ?? zone, report.service.name]
              .filter(Boolean)
              .join(' · ')}
          </Their>
        </p>
        <p class="row-state">
          <StaffStatus status={report.status} /> <Due report={report} />{' '}
          <span class="small">{ago(report.created)}</span>
        </p>
      </div>
    </li>
  );
}

/** The status as staff say it: residents read of themselves where one waits for them. */
export function StaffStatus({ status }: { status: Summary['status'] }) {
  return <span class={`status status-${status}`}>{c.status[status]}</span>;
}

/** By when it is meant to be solved, or for when works are planned. */
export function Due({ report }: { report: Pick<Summary, 'expected' | 'scheduled_for' | 'group' | 'status'> }) {
  if (isLate(report)) {
    const days = Math.round((Date.parse(today()) - Date.parse(report.expected ?? '')) / 86_400_000);
    return <strong class="late-mark">{c.due.late(days)}</strong>;
  }
  if (report.status === 'scheduled' && report.scheduled_for)
    return <span class="small">{c.due.scheduled(day(report.scheduled_for))}</span>;
  if (report.group === 'open' && report.expected) return <span class="small">{c.due.by(day(report.expected))}</span>;
  return null;
}
