// What happened to a report, oldest first: the commune's words are set apart from those of residents.

import type { Schemas } from '../api/client.ts';
import { day, dayTime, t } from '../texts/index.ts';
import { Line, Their, theirs } from '../ui/their.tsx';
import type { Commune } from './commune.ts';
import { Gallery } from './photos.tsx';

type Entry = Schemas['HistoryEntry'];

export function History({ commune, report }: { commune: Commune; report: Schemas['ReportView'] }) {
  const words = t.resident.report;
  if (report.history.length === 0) return null;
  return (
    <section>
      <h2>{words.history}</h2>
      <ol class="plain timeline">
        {report.history.map((entry) => (
          <li key={entry.id} class={entry.actor.type === 'staff' ? 'by-staff' : ''}>
            <p class="timeline-head">
              <strong>{whatWords(entry)}</strong>
              <span class="small">
                <Line
                  of={[
                    entry.actor.type === 'staff' ? (
                      <Their key="who">{actorWords(entry, report, commune)}</Their>
                    ) : (
                      actorWords(entry, report, commune)
                    ),
                    <time key="at" dateTime={entry.at}>
                      {dayTime(entry.at)}
                    </time>,
                  ]}
                />
              </span>
            </p>
            {entry.note &&
              (entry.actor.type === 'staff' ? (
                <blockquote class="lines" lang={theirs()}>
                  {entry.note}
                </blockquote>
              ) : (
                <p class="lines" lang={theirs()}>
                  {entry.note}
                </p>
              ))}
            {entry.what.type !== 'received' && entry.photos.length > 0 && (
              <Gallery title={words.photos} photos={entry.photos} small />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function whatWords({ what }: Entry): string {
  const { did } = t.resident.report;
  switch (what.type) {
    case 'received':
      return did.received;
    case 'withdrawn':
      return did.withdrawn;
    case 'commented':
    case 'internal_note':
      return did.commented;
    case 'status_changed': {
      const parts = [t.status[what.to]];
      if (what.scheduled_for) parts.push(did.works(day(what.scheduled_for)));
      const reason = what.close_reason ? ` (${t.closeReason[what.close_reason]})` : '';
      return parts.join(' ') + reason;
    }
  }
}

function actorWords({ actor }: Entry, report: Schemas['ReportView'], commune: Commune): string {
  const words = t.resident.report.actor;
  switch (actor.type) {
    case 'reporter':
      return report.mine ? words.you : words.reporter;
    case 'resident':
      return actor.ambassador ? `${words.resident} (${words.ambassador})` : words.resident;
    case 'former_resident':
      return words.former;
    case 'staff':
      return actor.service === commune.name ? commune.name : `${commune.name}, ${actor.service}`;
    case 'system':
      return words.system;
  }
}
