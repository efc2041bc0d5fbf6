// What is on its way, over every screen: the seconds in which it can be taken back, and what could not be sent.

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { t } from '../texts/index.ts';
import { announce } from '../ui/announce.tsx';
import { theirs } from '../ui/their.tsx';
import { restoreDraft } from './drafts.ts';
import { consolePath } from './gate.tsx';
import { discard, type Entry, onSent, resume, send, undo, useOutbox } from './outbox.ts';
import { useShortcuts } from './shortcuts.tsx';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';

export function PendingBar() {
  const { commune, me } = useStaff();
  const entries = useOutbox().filter((entry) => entry.commune === commune.id && entry.account === me.account);
  useEffect(() => void resume(me.account), [me.account]);
  useEffect(() => onSent(() => announce(c.pending.sent)), []);
  const last = entries.findLast(({ state }) => state === 'counting');
  const { takeBack } = useTakeBack();
  useShortcuts({ z: last ? () => void takeBack(last) : undefined });
  return (
    <section class="pending no-print" aria-label={entries.length > 0 ? c.pending.label : undefined}>
      {/* Only what is new is said; the seconds run silently. */}
      <div role="status">
        {entries.map((entry) => (
          <One key={entry.id} entry={entry} takeBack={() => void takeBack(entry)} />
        ))}
      </div>
    </section>
  );
}

/** Takes a change back: its words return to the form it came from, its picture to the list of what is near. */
function useTakeBack() {
  const { commune } = useStaff();
  const { route, path } = useLocation();
  const takeBack = async (entry: Entry) => {
    const back = await undo(entry.id);
    if (!back) return announce(c.pending.tooLate);
    restoreDraft(back);
    announce(entry.state === 'refused' ? c.conflict.restored : c.pending.undone);
    const at = consolePath(commune.id, back.photos.length > 0 ? '/near' : `/reports/${entry.report}`);
    if (path !== at) route(at);
  };
  return { takeBack };
}

function One({ entry, takeBack }: { entry: Entry; takeBack: () => void }) {
  const { commune } = useStaff();
  const at = consolePath(commune.id, `/reports/${entry.report}`);
  const what =
    'change' in entry.what
      ? c.pending.status(c.status[entry.what.change.to])
      : entry.what.comment.internal
        ? c.pending.note
        : c.pending.answer;
  return (
    <div class={`pending-one ${entry.state}`}>
      <p>
        <strong>{what}</strong>{' '}
        <a href={at} lang={theirs()}>
          {entry.excerpt}
        </a>
        {entry.state === 'counting' && <Seconds until={entry.sendAt} />}
        {entry.state === 'sending' && <span class="pending-state">{c.pending.sending}</span>}
        {entry.state === 'waiting' && <span class="pending-state">{c.pending.waiting}</span>}
        {entry.state === 'conflict' && <span class="pending-state">{c.pending.conflict}</span>}
        {entry.state === 'refused' && <span class="pending-state">{entry.problem}</span>}
      </p>
      <div class="pending-acts">
        {entry.state === 'counting' && (
          <>
            <button type="button" class="undo" aria-keyshortcuts="z" onClick={takeBack}>
              {c.pending.undo}
            </button>
            <button type="button" onClick={() => void send(entry.id)}>
              {c.pending.now}
            </button>
          </>
        )}
        {entry.state === 'waiting' && (
          <>
            <button type="button" onClick={() => void send(entry.id)}>
              {c.pending.now}
            </button>
            {!entry.tried && (
              <button type="button" onClick={takeBack}>
                {c.pending.undo}
              </button>
            )}
          </>
        )}
        {(entry.state === 'conflict' || entry.state === 'refused') && (
          <>
            {entry.state === 'conflict' ? (
              <a class="button" href={at}>
                {c.pending.review}
              </a>
            ) : entry.photos.length === 0 ? (
              <button type="button" onClick={takeBack}>
                {c.conflict.again}
              </button>
            ) : (
              // A form has no place for photos that are on this device alone.
              <button type="button" onClick={() => void send(entry.id)}>
                {t.common.retry}
              </button>
            )}
            <button type="button" onClick={() => void discard(entry.id)}>
              {c.pending.discard}
            </button>
          </>
        )}
      </div>
    </div>
  );
}

function Seconds({ until }: { until: number }) {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, set] = useState(left);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it only reads the clock
  useEffect(() => {
    const timer = setInterval(() => set(left()), 250);
    return () => clearInterval(timer);
  }, [until]);
  return (
    <span class="pending-state">
      <span class="sr">{c.pending.inTen}</span>
      <span aria-hidden="true">{c.pending.inSeconds(seconds)}</span>
    </span>
  );
}
