// `/{commune}/console/near`: outdoors with a phone: what is to do around here, and done in two taps, a photo and "Solved". It
// works without a network: the last known list is shown, and what is done waits on the device.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { distance, t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { Loading, More, Page } from '../ui/page.tsx';
import { Photo } from '../ui/report-bits.tsx';
import { theirs } from '../ui/their.tsx';
import { useFreshWhenBack } from '../ui/when-back.ts';
import { takenOf, useDraft } from './drafts.ts';
import { consolePath } from './gate.tsx';
import { type Summary, useNear } from './inbox-data.ts';
import { type Entry, onSent, queue, useOutbox } from './outbox.ts';
import { pictureError } from './photo-picker.tsx';
import { Due, StaffStatus, topic } from './row.tsx';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';
import { shrink } from './upload.ts';

/** Shown at first; the rest is further away. */
const FIRST = 20;

interface Here {
  latitude: number;
  longitude: number;
}

/** Metres; exact enough for what one can walk to. */
export function metres(a: Here, b: Here): number {
  const x = (b.longitude - a.longitude) * Math.cos(((a.latitude + b.latitude) / 2) * (Math.PI / 180));
  return Math.hypot(x, b.latitude - a.latitude) * 111_320;
}

export function Near() {
  const { commune, me } = useStaff();
  const { reports, loaded, pages } = useNear(commune.id, me);
  const { here, locate, locating, problem } = usePosition();
  const [all, setAll] = useState(false);
  // Who comes here to take a change back finds its picture at once, also without a position; later nothing moves.
  const [pictured] = useState(takenOf);
  const sending = useOutbox();
  const { reload } = loaded;
  useEffect(() => onSent(reload), [reload]);
  useFreshWhenBack(loaded);
  // A report that a colleague changed is shown as it is now.
  const conflicts = sending.filter(({ state }) => state === 'conflict').length;
  useEffect(() => {
    if (conflicts > 0) reload();
  }, [conflicts, reload]);

  return (
    <Page title={c.menu.near} where={commune.name} lead={here ? undefined : c.near.lead} class="near">
      <button type="button" class={here ? '' : 'main wide'} aria-disabled={locating} onClick={locate}>
        {locating ? t.common.loading : here ? c.near.again : c.near.locate}
      </button>
      <p role="status" class="near-problem">
        {problem}
      </p>
      <Loading of={{ ...loaded, data: reports }}>
        {(open) => {
          // Whom the commune waits for is not helped by a photo.
          const doable = open.filter(({ status }) => status !== 'awaiting_reporter');
          const held = ({ id }: Summary) => pictured.includes(id);
          const sorted = here
            ? byDistance(doable, here)
            : [...doable.filter(held), ...doable.filter((report) => !held(report))];
          const shown = sorted.filter((report, i) => all || i < FIRST || held(report));
          const folded = shown.length < sorted.length;
          return (
            <>
              {here && pages.hasMore && <p class="small">{c.near.soFar(sorted.length)}</p>}
              {sorted.length === 0 && <p class="card">{pages.hasMore ? c.inbox.emptySoFar : c.near.nothing}</p>}
              <ol class="plain rows">
                {shown.map((report) => (
                  <Card
                    key={report.id}
                    report={report}
                    here={here}
                    sending={sending.find((entry) => entry.report === report.id && entry.account === me.account)}
                  />
                ))}
              </ol>
              <More
                of={{
                  ...pages,
                  hasMore: folded || pages.hasMore,
                  more: folded ? () => setAll(true) : pages.more,
                }}
              />
            </>
          );
        }}
      </Loading>
    </Page>
  );
}

/** What has no place comes last. */
function byDistance(reports: readonly Summary[], here: Here): Summary[] {
  const far = (report: Summary) => (report.place ? metres(here, report.place) : Number.POSITIVE_INFINITY);
  return [...reports].sort((a, b) => far(a) - far(b));
}

/** Where the device is: asked for when its owner says so, kept nowhere. */
function usePosition() {
  const [here, setHere] = useState<Here | null>(null);
  const [locating, setLocating] = useState(false);
  const [problem, setProblem] = useState('');
  const locate = () => {
    if (locating) return;
    if (!navigator.geolocation) return setProblem(c.near.noPosition);
    setLocating(true);
    setProblem('');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setHere({ latitude: coords.latitude, longitude: coords.longitude });
        setLocating(false);
        announce(c.near.located);
      },
      (error) => {
        setProblem(error.code === error.PERMISSION_DENIED ? c.near.denied : c.near.noPosition);
        setLocating(false);
      },
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 },
    );
  };
  return { here, locate, locating, problem };
}

function Card({ report, here, sending }: { report: Summary; here: Here | null; sending: Entry | undefined }) {
  const { commune, me } = useStaff();
  const [{ taken: photo }, change] = useDraft(report.id);
  const [error, setError] = useState('');
  const done = useRef<HTMLButtonElement>(null);
  const link = useRef<HTMLAnchorElement>(null);
  const preview = useMemo(() => (photo ? URL.createObjectURL(photo) : ''), [photo]);
  const arrived = useRef(true);
  useEffect(() => {
    const known = arrived.current;
    arrived.current = false;
    if (!preview) return;
    // The second tap is under the thumb at once; a picture from before leaves the focus at the screen's title.
    if (!known) done.current?.focus();
    return () => URL.revokeObjectURL(preview);
  }, [preview]);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setError('');
    try {
      change({ taken: await shrink(file) });
    } catch (thrown) {
      setError(pictureError(thrown as Error));
    }
  };
  // Two taps in a row are one: it takes a moment until it is on its way.
  const resolving = useRef(false);
  const resolve = async () => {
    if (!photo || resolving.current) return;
    resolving.current = true;
    try {
      await queue({
        commune: commune.id,
        account: me.account,
        agent: me.name,
        report: report.id,
        version: report.version,
        excerpt: report.excerpt.length > 80 ? `${report.excerpt.slice(0, 79).trimEnd()}…` : report.excerpt,
        what: { change: { to: 'resolved', photos: [] } },
        photos: [photo],
      });
    } finally {
      resolving.current = false;
    }
    change({ taken: null });
    link.current?.focus({ preventScroll: true });
  };
  const failed = sending?.state === 'conflict' || sending?.state === 'refused';
  const away = here && report.place ? distance(metres(here, report.place)) : null;
  return (
    <li class="near-card">
      <div class="near-words">
        {report.photo && <Photo photo={report.photo} alt={c.near.before} />}
        <div>
          <h2>
            <a ref={link} href={consolePath(commune.id, `/reports/${report.id}`)} lang={theirs()}>
              {report.excerpt}
            </a>
          </h2>
          <p class="small" lang={theirs()}>
            {[topic(commune, report, t.kind), report.place?.address].filter(Boolean).join(' · ')}
          </p>
          <p class="row-state">
            {away && <strong>{c.near.away(away)}</strong>} <StaffStatus status={report.status} />{' '}
            <Due report={report} />
          </p>
        </div>
      </div>
      {sending ? (
        <p class={failed ? 'notice warn' : 'notice good'}>{failed ? c.treat.refused : c.near.waiting}</p>
      ) : (
        <div class="near-acts">
          {preview && <img class="near-photo" src={preview} alt={c.near.taken} />}
          <label class={photo ? 'button photo-add' : 'button main photo-add'}>
            {photo ? c.near.retake : c.near.take}
            <span class="sr" lang={theirs()}>
              , {report.excerpt}
            </span>
            <input
              class="sr"
              type="file"
              accept="image/jpeg,image/png,image/webp"
              capture="environment"
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                event.currentTarget.value = '';
                void take(file);
              }}
            />
          </label>
          {photo && (
            <button ref={done} type="button" class="main" onClick={() => void resolve()}>
              {c.near.done}
              <span class="sr" lang={theirs()}>
                , {report.excerpt}
              </span>
            </button>
          )}
          {error && (
            <p class="error" role="alert">
              {error}
            </p>
          )}
        </div>
      )}
    </li>
  );
}
