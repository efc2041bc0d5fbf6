// What is open nearby already: whoever finds theirs follows it and is told of it just the same.

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { api, body, type Schemas } from '../../api/client.ts';
import type { DraftPlace } from '../../offline/drafts.ts';
import { ago, distance, t } from '../../texts/index.ts';
import { useOnline } from '../../ui/online.ts';
import { Failure } from '../../ui/page.tsx';
import { Photo, Status } from '../../ui/report-bits.tsx';
import type { Commune } from '../commune.ts';

/** A marker that is being moved does not ask at every step. */
const CALM = 400;

/** The answer for a category and a place; asked once there is a network, whose lack must not hold anybody up. */
export function useSimilar(commune: Commune, category: string | null, place: DraftPlace | null) {
  const [found, set] = useState<Schemas['SimilarReport'][]>([]);
  const { longitude, latitude } = place ?? {};
  const online = useOnline();
  const id = commune.id;
  // What was found stays when the network goes: it is about the same place.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was asked is what makes it old
  useEffect(() => set([]), [id, category, longitude, latitude]);
  useEffect(() => {
    if (!category || longitude === undefined || latitude === undefined || !online) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const query = { category, longitude, latitude };
      const params = { path: { commune: id }, query };
      body(api.GET('/v1/{commune}/reports/similar', { params, signal: abort.signal }))
        .then(({ reports }) => set(reports))
        .catch(() => {
          // The report is sent without the comparison.
        });
    }, CALM);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [id, category, longitude, latitude, online]);
  return found;
}

/** Nearby reports that are shown at once. */
const FEW = 3;

export function Similar(props: {
  commune: Commune;
  reports: Schemas['SimilarReport'][];
  /** Leads a guest through the sign-in and back to `follow`. */
  signIn: string | null;
  beforeLeaving: () => Promise<void>;
  follow: (report: string) => Promise<void>;
}) {
  const { commune, reports, signIn } = props;
  const { route } = useLocation();
  const [all, showAll] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const same = async (report: string) => {
    setBusy(report);
    setError(null);
    try {
      if (!signIn) return await props.follow(report);
      await props.beforeLeaving();
      route(signIn.replace('REPORT', report));
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setBusy(null);
    }
  };
  const found = reports.length;
  return (
    <>
      <p class="sr" role="status">
        {found > 0 && t.report.similar(found)}
      </p>
      {found > 0 && list()}
    </>
  );

  function list() {
    return (
      <section class="similar card" aria-labelledby="similar-title">
        <h2 id="similar-title">{t.report.similar(reports.length)}</h2>
        <p>{t.report.similarLead}</p>
        <ul class="plain">
          {reports.slice(0, all ? reports.length : FEW).map((report) => (
            <li key={report.id}>
              {report.photo && <Photo photo={report.photo} alt="" />}
              <div>
                <p>
                  <a href={`/${commune.id}/reports/${report.id}`} target="_blank" rel="noreferrer">
                    {report.excerpt} <span class="sr">({t.report.newTab})</span>
                  </a>
                </p>
                <p class="small">
                  <Status status={report.status} />{' '}
                  {report.distance_m < 5 ? t.report.sameSpot : t.report.away(distance(report.distance_m))} ·{' '}
                  {ago(report.created)} · {t.common.followers(report.followers)}
                </p>
                {report.mine ? (
                  <p class="small">{t.report.similarMine}</p>
                ) : (
                  <button type="button" aria-busy={busy === report.id} onClick={() => void same(report.id)}>
                    {t.report.sameOne}
                    <span class="sr"> : {report.excerpt}</span>
                  </button>
                )}
              </div>
            </li>
          ))}
        </ul>
        {error && <Failure error={error} />}
        {reports.length > FEW && !all && (
          <button type="button" class="link" onClick={() => showAll(true)}>
            {t.common.more}
          </button>
        )}
        <p class="small">{t.report.similarElse}</p>
      </section>
    );
  }
}
