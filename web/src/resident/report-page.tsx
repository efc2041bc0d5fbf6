// `/{commune}/reports/{id}`: where a report stands, what comes next, what happened, and what one can do about it.

import { useRef, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api, body, ProblemError, type Schemas } from '../api/client.ts';
import { day, dayTime, t } from '../texts/index.ts';
import { useModule } from '../ui/later.ts';
import { useLoad } from '../ui/load.ts';
import { Loading, Page } from '../ui/page.tsx';
import { Status } from '../ui/report-bits.tsx';
import { Around, Their, theirs } from '../ui/their.tsx';
import { type Commune, useCommune } from './commune.ts';
import { reportLink, signInLink } from './links.ts';
import { Gallery } from './photos.tsx';
import { Actions, Follow } from './report-actions.tsx';
import { awaitsYou, langOfTitle, statusFor, titleOf } from './report-card.tsx';
import { History } from './report-history.tsx';
import { Say } from './report-say.tsx';
import './report-page.css';
import { useSignedIn } from './signed-in.ts';

export type Report = Schemas['ReportView'];

export function ReportPage() {
  const id = useRoute().params.report ?? '';
  // Another report is another page: nothing of the one before stays.
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const commune = useCommune();
  const params = { path: { commune: commune.id, report: id } };
  const loaded = useLoad(
    `/v1/${commune.id}/reports/${id}`,
    () => body(api.GET('/v1/{commune}/reports/{report}', { params })),
    commune.id,
  );
  const status = loaded.error instanceof ProblemError ? loaded.error.status : 0;
  if (status === 404 || status === 422 || status === 400) return <Unseen commune={commune} id={id} />;
  const report = loaded.data;
  return (
    <Page
      title={report ? titleOf(commune, report) : t.resident.report.title}
      where={commune.name}
      class="report-page"
      titleLang={report ? langOfTitle(report) : undefined}
    >
      <Loading of={loaded}>
        {(report) => <Shown commune={commune} report={report} replace={loaded.replace} reload={loaded.reload} />}
      </Loading>
    </Page>
  );
}

/** It may be somebody's own: a guest who signs in may see it. */
function Unseen({ commune, id }: { commune: Commune; id: string }) {
  const signedIn = useSignedIn(commune.id);
  return (
    <Page title={t.resident.report.notFound} where={commune.name} lead={t.resident.report.notFoundText}>
      <div class="actions">
        {signedIn === 'out' && (
          <a class="button main" href={signInLink(commune.id, reportLink(commune.id, id))}>
            {t.common.signIn}
          </a>
        )}
        <a class="button" href={`/${commune.id}/reports`}>
          {t.resident.report.all}
        </a>
      </div>
    </Page>
  );
}

/** What every part of the page gets. */
export interface Part {
  commune: Commune;
  report: Report;
  /** The report after a change. */
  replace: (report: Report) => void;
  reload: () => void;
  /** What is being written to the commune: a question that arrives meanwhile has another form. */
  said: { current: string };
}

function Shown(props: Omit<Part, 'said'>) {
  const said = useRef('');
  const part = { ...props, said };
  const { commune, report } = part;
  const words = t.resident.report;
  const done = report.after_photos.length > 0;
  return (
    <>
      <Standing {...part} />
      <Follow {...part} />
      <Say {...part} first />
      <h2>{words.what}</h2>
      <p class="lines description" lang={theirs()}>
        {report.description}
      </p>
      <Answers commune={commune} report={report} />
      {done ? (
        <div class="before-after">
          {report.photos.length > 0 && <Gallery title={words.before} photos={report.photos} />}
          <Gallery title={words.after} photos={report.after_photos} />
        </div>
      ) : (
        report.photos.length > 0 && <Gallery title={words.photos} photos={report.photos} />
      )}
      {report.place && <Where commune={commune} report={report} place={report.place} />}
      <History commune={commune} report={report} />
      <Duplicates commune={commune} report={report} />
      <Say {...part} />
      <Actions {...part} />
      <p class="only-print">{words.printedFrom(location.origin + reportLink(commune.id, report.id))}</p>
    </>
  );
}

/** Where it stands in words, what that means, what comes next and by when. */
function Standing({ commune, report }: Part) {
  const words = t.resident.report;
  const { status } = report;
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(new Date());
  const open = report.group === 'open';
  const expected =
    open && report.expected && status !== 'awaiting_reporter' && status !== 'scheduled' ? report.expected : null;
  const last = report.history.findLast((entry) => entry.actor.type === 'staff' && entry.note);
  const seen = { pending: words.pending, private: words.private, hidden: words.hidden, public: null }[
    report.visibility
  ];
  return (
    <section class="card standing">
      <p>
        <Status status={status} label={statusFor(report)} asks={awaitsYou(report)} />
      </p>
      <p class="means">{awaitsYou(report) ? words.awaitsYou : words.means[status]}</p>
      {report.close_reason && <p>{words.reason(t.closeReason[report.close_reason])}</p>}
      {report.duplicate_of && (
        <p>
          {words.duplicateOf} <a href={reportLink(commune.id, report.duplicate_of)}>{words.original}</a>
        </p>
      )}
      {status === 'scheduled' && report.scheduled_for && <p class="date">{words.works(day(report.scheduled_for))}</p>}
      {status === 'resolved' && report.resolved_at && <p class="date">{words.resolvedOn(day(report.resolved_at))}</p>}
      {expected && <p class="date">{(expected < today ? words.overdue : words.expected)(day(expected))}</p>}
      {awaitsYou(report) && report.awaiting_until && (
        <p class="date">{words.answerUntil(dayTime(report.awaiting_until))}</p>
      )}
      {last && (
        <>
          <p class="small last-words">{words.lastWords}</p>
          <blockquote class="lines" lang={theirs()}>
            {last.note}
          </blockquote>
        </>
      )}
      {words.next[status] && <p>{words.next[status]}</p>}
      <p class="small">
        {words.sentOn(dayTime(report.created))} · <Around say={words.by}>{report.service.name}</Around>
        {report.followers > 0 && ` · ${t.common.followers(report.followers)}`}
      </p>
      {seen && <p class="small">{seen}</p>}
    </section>
  );
}

/** What its category asked; questions that are gone from the settings have no words any more. */
function Answers({ commune, report }: { commune: Commune; report: Report }) {
  const questions = commune.categories.find((c) => c.id === report.category)?.questions ?? [];
  const answered = questions.flatMap((question) => {
    const answer: unknown = report.answers[question.id];
    return answer === undefined || answer === null ? [] : [{ question, answer }];
  });
  if (answered.length === 0) return null;
  return (
    <dl class="answers">
      {answered.map(({ question, answer }) => (
        <div key={question.id}>
          <dt lang={theirs()}>{question.label}</dt>
          <dd lang={typeof answer === 'boolean' ? undefined : theirs()}>{answerWords(question.kind, answer)}</dd>
        </div>
      ))}
    </dl>
  );
}

function answerWords(kind: Schemas['Question']['kind'], answer: unknown): string {
  if (typeof answer === 'boolean') return answer ? t.resident.report.yes : t.resident.report.no;
  const option = (id: unknown) => ('options' in kind && kind.options.find((o) => o.id === id)?.label) || String(id);
  return Array.isArray(answer) ? answer.map(option).join(', ') : option(answer);
}

function Where(props: { commune: Commune; report: Report; place: Schemas['Place'] }) {
  const { commune, report, place } = props;
  const zone = commune.zones.find((z) => z.id === report.zone)?.name;
  const words = t.resident.report;
  const { module } = useModule(loadSpot);
  const [latitude, longitude] = [place.latitude.toFixed(5), place.longitude.toFixed(5)];
  return (
    <section>
      <h2>{words.place}</h2>
      <p>
        {[place.address, zone].filter(Boolean).map((line) => (
          <span key={line} class="line">
            <Their>{line}</Their>
          </span>
        ))}
        <span class="line small">{`${words.itinerary} ${latitude}, ${longitude}`}</span>
      </p>
      {module ? <module.SpotMap commune={commune} report={report} place={place} /> : <div class="map spot" />}
    </section>
  );
}

const loadSpot = () => import('../map/spot-map.tsx');

function Duplicates({ commune, report }: { commune: Commune; report: Report }) {
  const { duplicates } = report;
  const [all, showAll] = useState(false);
  if (duplicates.length === 0) return null;
  const shown = all ? duplicates : duplicates.slice(0, 10);
  return (
    <section>
      <p>{t.resident.report.duplicates(duplicates.length)}</p>
      <ul>
        {shown.map((id, i) => (
          <li key={id}>
            <a href={reportLink(commune.id, id)}>{t.resident.report.another(i + 1)}</a>
          </li>
        ))}
      </ul>
      {shown.length < duplicates.length && (
        <button type="button" onClick={() => showAll(true)}>
          {t.common.more}
        </button>
      )}
    </section>
  );
}
