// A report in a list: what, where it stands, since when, and its photo.

import { ago, day, t } from '../texts/index.ts';
import { Photo, Status } from '../ui/report-bits.tsx';
import { Line, Their, theirs } from '../ui/their.tsx';
import type { Commune } from './commune.ts';
import { reportLink } from './links.ts';
import type { Summary } from './reports-data.ts';

/** The category, or the kind where there is none. */
export function titleOf(commune: Commune, report: Pick<Summary, 'kind'> & { category?: string | null | undefined }) {
  const category = commune.categories.find((c) => c.id === report.category);
  return category?.name ?? t.kind[report.kind];
}

/** The `lang` of its title: categories are named by the commune. */
export const langOfTitle = (report: { category?: string | null | undefined }) =>
  report.category ? theirs() : undefined;

/** Only its author is waited for. */
export const statusFor = (report: Pick<Summary, 'status' | 'mine'>) =>
  report.status === 'awaiting_reporter' && !report.mine ? t.resident.report.awaitsAuthor : undefined;

export const awaitsYou = (report: Pick<Summary, 'status' | 'mine'>) =>
  report.status === 'awaiting_reporter' && report.mine;

export function ReportCard({ commune, report }: { commune: Commune; report: Summary }) {
  const zone = commune.zones.find((z) => z.id === report.zone)?.name;
  const where = report.place?.address ?? zone;
  const words = t.resident.list;
  const open = report.group === 'open';
  const when =
    report.status === 'scheduled' && report.scheduled_for
      ? words.works(day(report.scheduled_for))
      : open && report.expected && report.status !== 'awaiting_reporter'
        ? words.expected(day(report.expected))
        : null;
  return (
    <article class="report-card">
      <div class="report-card-text">
        <p class="report-card-top">
          <Status status={report.status} label={statusFor(report)} asks={awaitsYou(report)} />
          {report.mine && <span class="yours">{words.yours}</span>}
        </p>
        <h3>
          <a href={reportLink(commune.id, report.id)} lang={langOfTitle(report)}>
            {titleOf(commune, report)}
          </a>
        </h3>
        <p class="excerpt" lang={theirs()}>
          {report.excerpt}
        </p>
        <p class="small">
          <Line
            of={[
              where && <Their key="where">{where}</Their>,
              words.sent(ago(report.created)),
              when,
              report.followers > 1 ? t.common.followers(report.followers) : null,
            ]}
          />
        </p>
      </div>
      {report.photo && <Photo photo={report.photo} alt="" />}
    </article>
  );
}

/** Cards as a list, so that screen readers say how many there are. */
export function ReportCards({ commune, reports }: { commune: Commune; reports: readonly Summary[] }) {
  return (
    <ul class="plain report-cards">
      {reports.map((report) => (
        <li key={report.id}>
          <ReportCard commune={commune} report={report} />
        </li>
      ))}
    </ul>
  );
}
