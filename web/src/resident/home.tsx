// `/{commune}/`: where a resident arrives: what is dangerous at this moment, one big button, what moved of one's own, what goes on.

import { ProblemError, type Schemas } from '../api/client.ts';
import { mayBeSignedIn, useSession } from '../api/session.ts';
import { ago, t } from '../texts/index.ts';
import { useModule } from '../ui/later.ts';
import { Failure, Page, Spinner } from '../ui/page.tsx';
import { theirs } from '../ui/their.tsx';
import { type Commune, useCommune } from './commune.ts';
import { ContactUs } from './contact-us.tsx';
import { PhaseNotice } from './phase.tsx';
import { ReportCards } from './report-card.tsx';
import { useReports } from './reports-data.ts';

export function Home() {
  const commune = useCommune();
  const { phase } = commune.launch;
  const session = useSession();
  const known = session !== null || mayBeSignedIn(commune.id);
  // Before the launch nothing of residents is there for guests.
  const reads =
    phase === 'draft' ? session !== null && session.account.role !== 'resident' : phase !== 'training' || known;
  const reports = commune.modules.includes('reports');
  return (
    <Page title={commune.name}>
      {reads && commune.modules.includes('alerts') && <Alerts commune={commune} />}
      <Paragraphs text={commune.texts.welcome} class="lead" />
      {phase !== 'live' && <PhaseNotice commune={commune} />}
      {reports && reads && phase !== 'paused' && <Start commune={commune} />}
      {reads && known && <Mine commune={commune} />}
      {reads && <Latest commune={commune} />}
      {reads && <Planned commune={commune} />}
      <ContactUs commune={commune} />
    </Page>
  );
}

/** Plain text of the commune; an empty line begins a paragraph. */
export function Paragraphs({ text, class: name }: { text: string | null | undefined; class?: string }) {
  if (!text) return null;
  return (
    <>
      {text.split(/\n\s*\n/).map((paragraph) => (
        <p key={paragraph} class={`lines ${name ?? ''}`} lang={theirs()}>
          {paragraph.trim()}
        </p>
      ))}
    </>
  );
}

const loadAlerts = () => import('./alerts/alerts-now.tsx');

/** The rest of the screen does not wait for them. */
function Alerts({ commune }: { commune: Commune }) {
  const { module } = useModule(loadAlerts);
  return module && <module.AlertsNow commune={commune} />;
}

function Start({ commune }: { commune: Commune }) {
  const [first, ...rest] = commune.kinds;
  if (!first) return null;
  const link = (kind: Schemas['Kind']) => `/${commune.id}/report?kind=${kind}`;
  return (
    <section class="start">
      <a class="button main wide big" href={link(first)}>
        {t.resident.home.start[first]}
      </a>
      {rest.length > 0 && (
        <>
          <p class="small">{t.resident.home.also}</p>
          <ul class="plain kinds">
            {rest.map((kind) => (
              <li key={kind}>
                <a class="button" href={link(kind)}>
                  {t.resident.home.start[kind]}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Mine({ commune }: { commune: Commune }) {
  const mine = useReports(commune.id, { mine: true });
  if (mine.items.length === 0) return null;
  const waiting = mine.items.filter((r) => r.status === 'awaiting_reporter').length;
  const moved = [...mine.items].sort((a, b) => b.updated.localeCompare(a.updated)).slice(0, 3);
  return (
    <section>
      <h2>{t.resident.home.mine}</h2>
      {waiting > 0 && <p class="notice asks">{t.resident.home.answerNeeded(waiting)}</p>}
      <ReportCards commune={commune} reports={moved} />
      {mine.items.length > moved.length && (
        <p>
          <a href={`/${commune.id}/reports?mine=true`}>{t.resident.home.allMine}</a>
        </p>
      )}
    </section>
  );
}

function Planned({ commune }: { commune: Commune }) {
  const planned = useReports(commune.id, { status: 'scheduled' }, 3);
  if (planned.items.length === 0) return null;
  return (
    <section>
      <h2>{t.resident.home.planned}</h2>
      <ReportCards commune={commune} reports={planned.items} />
    </section>
  );
}

function Latest({ commune }: { commune: Commune }) {
  const latest = useReports(commune.id, {}, 5);
  // A training that one was not invited to: the notice above says so already.
  if (latest.error instanceof ProblemError && latest.error.code === 'not_yet_here') return null;
  return (
    <section class={latest.loading && latest.items.length === 0 ? 'arriving' : undefined}>
      <h2>{t.resident.home.latest}</h2>
      {latest.asOf !== null && <p class="notice">{t.common.offlineAsOf(ago(latest.asOf))}</p>}
      {latest.error && <Failure error={latest.error} retry={latest.reload} />}
      {latest.loading && latest.items.length === 0 && <Spinner />}
      {!latest.loading && !latest.error && latest.items.length === 0 && <p>{t.resident.home.none}</p>}
      <ReportCards commune={commune} reports={latest.items} />
      {latest.items.length > 0 && (
        <p>
          <a class="button" href={`/${commune.id}/reports`}>
            {t.resident.home.all}
          </a>
        </p>
      )}
    </section>
  );
}
