// `/{commune}/console/reports/{id}`: one report: what it says, what happened, and what to do about it.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { api, body, OfflineError, ProblemError, type Schemas } from '../api/client.ts';
import { ago, day, dayTime, t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Figure } from '../ui/figure.tsx';
import { useLoad } from '../ui/load.ts';
import { Failure, Page, Spinner } from '../ui/page.tsx';
import { Their, theirs } from '../ui/their.tsx';
import { useFreshWhenBack } from '../ui/when-back.ts';
import { Conflict } from './conflict.tsx';
import { type Task, useDraft } from './drafts.ts';
import { consolePath } from './gate.tsx';
import { InternalNotes, PublicThread } from './history.tsx';
import { known } from './known.ts';
import { onSent, useOutbox } from './outbox.ts';
import { Pins } from './pins.tsx';
import { neighbours } from './position.ts';
import { Due, StaffStatus, topic } from './row.tsx';
import { useShortcuts } from './shortcuts.tsx';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';
import { Treatment } from './treatment.tsx';

export type Report = Schemas['ReportView'];

export function ReportPage() {
  const { commune, me } = useStaff();
  const id = useRoute().params.id ?? '';
  const path = { commune: commune.id, report: id };
  const loaded = useLoad(
    known(me.account, `report/${id}`),
    () => body(api.GET('/v1/{commune}/reports/{report}', { params: { path } })),
    commune.id,
  );
  const { replace, reload } = loaded;
  useFreshWhenBack(loaded);
  useEffect(() => onSent((report) => report.id === id && replace(report)), [id, replace]);
  if (loaded.error instanceof ProblemError && [400, 404].includes(loaded.error.status)) {
    return (
      <Page title={c.report.gone} where={commune.name} lead={c.report.goneText}>
        <a href={consolePath(commune.id)}>{c.report.back}</a>
      </Page>
    );
  }
  const { data, error, asOf } = loaded;
  if (!data && error) {
    const offline = error instanceof OfflineError;
    return (
      <Page title={offline ? c.unreached.title : t.common.failed} where={commune.name}>
        {offline ? <p>{c.unreached.notKept}</p> : <Failure error={error} retry={reload} />}
        <a href={consolePath(commune.id)}>{c.report.back}</a>
      </Page>
    );
  }
  if (!data) return <Spinner />;
  return (
    <Whole key={data.id} report={data} reload={reload}>
      {asOf !== null && <p class="notice">{t.common.offlineAsOf(ago(asOf))}</p>}
      {error && <Failure error={error} retry={reload} />}
    </Whole>
  );
}

/** `children`: since when it is known, or why not anew. */
function Whole({ report, reload, children }: { report: Report; reload: () => void; children: ComponentChildren }) {
  const { commune, me } = useStaff();
  const { query, route } = useLocation();
  const [, draft] = useDraft(report.id);
  const pending = useOutbox().filter((entry) => entry.report === report.id && entry.account === me.account);
  const { before, after } = neighbours(report.id);
  const to = (id: string | undefined, none: string) => () =>
    id ? route(consolePath(commune.id, `/reports/${id}`)) : announce(none);
  const begin = (task: Task) => () => draft({ task });
  useShortcuts({
    j: to(after, c.report.noNext),
    k: to(before, c.report.noPrevious),
    s: begin('status'),
    r: begin('answer'),
    n: begin('note'),
  });
  const wished = query.do;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what the address asked for on arrival
  useEffect(() => {
    if (wished === 'status' || wished === 'answer' || wished === 'note') draft({ task: wished });
  }, [wished]);
  const conflict = pending.find(({ state }) => state === 'conflict');
  const met = conflict?.id;
  useEffect(() => {
    // What changed meanwhile is to be shown.
    if (met) reload();
  }, [met, reload]);
  const pins = useMemo(
    () => report.place && [{ id: report.id, status: report.status, label: report.description, place: report.place }],
    [report],
  );
  const zone = commune.zones.find(({ id }) => id === report.zone)?.name;

  return (
    <Page
      title={`${topic(commune, report, t.kind)}${report.place?.address ? `, ${report.place.address}` : ''}`}
      titleLang={report.category ? theirs() : undefined}
      where={commune.name}
      class="treat"
    >
      {children}
      <p class="treat-state">
        <StaffStatus status={report.status} /> <Due report={report} />
        {report.visibility !== 'public' && <strong class="hidden-mark">{c.visibility[report.visibility]}</strong>}
      </p>
      <nav class="treat-way no-print" aria-label={c.report.way}>
        <a href={consolePath(commune.id)}>{c.report.back}</a>
        {before && <a href={consolePath(commune.id, `/reports/${before}`)}>{c.report.previous}</a>}
        {after && <a href={consolePath(commune.id, `/reports/${after}`)}>{c.report.next}</a>}
      </nav>
      {conflict && <Conflict entry={conflict} report={report} />}
      <div class="treat-both">
        <div class="treat-what">
          <blockquote class="said" lang={theirs()}>
            {report.description}
          </blockquote>
          <Photos report={report} />
        </div>
        <div class="treat-do">
          <Treatment report={report} pending={pending.filter(({ state }) => state !== 'conflict')} reload={reload} />
          <InternalNotes report={report} />
          <PublicThread report={report} />
        </div>
        <div class="treat-facts">
          <Facts report={report} zone={zone} />
          {pins && <Pins commune={commune} close pins={pins} />}
        </div>
      </div>
    </Page>
  );
}

function Photos({ report }: { report: Report }) {
  const rows = [
    { title: c.report.before, photos: report.photos },
    { title: c.report.after, photos: report.after_photos },
  ].filter(({ photos }) => photos.length > 0);
  return (
    <>
      {rows.map(({ title, photos }) => (
        <Figure key={title} class="treat-photos" caption={title}>
          {photos.map((photo, i) => (
            <a key={photo.id} href={photo.large} target="_blank" rel="noreferrer" class="photo">
              <img
                src={photo.small}
                alt={c.report.photoOf(title, i + 1, photos.length)}
                loading="lazy"
                decoding="async"
              />
            </a>
          ))}
        </Figure>
      ))}
    </>
  );
}

function Facts({ report, zone }: { report: Report; zone: string | undefined }) {
  const { commune, me } = useStaff();
  const { place } = report;
  const facts: [ComponentChildren, ComponentChildren][] = [
    [c.report.sent, dayTime(report.created)],
    [c.report.service, <Their key="service">{report.service.name}</Their>],
  ];
  if (report.expected) facts.push([c.report.expected, day(report.expected)]);
  if (report.scheduled_for) facts.push([c.report.scheduled, day(report.scheduled_for)]);
  if (report.awaiting_until) facts.push([c.report.awaiting, dayTime(report.awaiting_until)]);
  if (report.close_reason) facts.push([c.report.closed, t.closeReason[report.close_reason]]);
  if (place?.address) facts.push([c.report.address, <Their key="address">{place.address}</Their>]);
  if (zone) facts.push([c.report.zone, <Their key="zone">{zone}</Their>]);
  if (place) facts.push([c.report.position, `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`]);
  const questions = commune.categories.find(({ id }) => id === report.category)?.questions ?? [];
  const asked = (id: string) => questions.findIndex((one) => one.id === id);
  for (const [id, answer] of Object.entries(report.answers).sort(([a], [b]) => asked(a) - asked(b))) {
    const question = questions.find((one) => one.id === id);
    const said = answerText(question, answer);
    facts.push([
      <Their key={id}>{question?.label ?? id}</Their>,
      typeof answer === 'boolean' ? said : <Their key="answer">{said}</Their>,
    ]);
  }
  facts.push([c.report.followers, c.report.people(report.followers)]);
  const link = (id: string) => <a href={consolePath(commune.id, `/reports/${id}`)}>{c.report.see}</a>;
  if (report.duplicate_of) facts.push([c.report.original, link(report.duplicate_of)]);
  report.duplicates.forEach((id, i) => {
    facts.push([c.report.duplicate(i + 1, report.duplicates.length), link(id)]);
  });
  // For those who may suspend somebody, or name an ambassador.
  if (report.reporter && (me.role === 'administrator' || me.role === 'moderator'))
    facts.push([
      c.report.reporter,
      <>
        <code>{report.reporter}</code>{' '}
        <a href={consolePath(commune.id, `/bans?account=${report.reporter}`)}>{c.report.suspend}</a>
      </>,
    ]);
  if (report.visibility === 'public')
    facts.push([
      c.report.publicPage,
      <a key="public" href={`/${commune.id}/reports/${report.id}`}>
        {c.report.see}
      </a>,
    ]);
  return (
    <dl class="facts">
      {facts.map(([name, value], at) => (
        <div key={at}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** An answer in the words of its question; one whose question is gone as it was sent. */
function answerText(question: Schemas['Question'] | undefined, answer: unknown): string {
  if (typeof answer === 'boolean') return answer ? t.common.yes : t.common.no;
  const kind = question?.kind;
  const options = kind && 'options' in kind ? kind.options : [];
  const one = (value: unknown) => options.find(({ id }) => id === value)?.label ?? String(value);
  return Array.isArray(answer) ? answer.map(one).join(', ') : one(answer);
}
