// What happened to a report, in two places that cannot be taken for each other: what residents read, and what only colleagues
// do.

import type { Schemas } from '../api/client.ts';
import { ago, dayTime, t } from '../texts/index.ts';
import { theirs } from '../ui/their.tsx';
import type { Report } from './report.tsx';
import { c } from './texts/index.ts';

type Entry = Schemas['HistoryEntry'];

/** Colleagues' notes, apart: another place, colour, sign and words. A sheet of paper goes from hand to hand: they are not on it. */
export function InternalNotes({ report }: { report: Report }) {
  const notes = report.history.filter((entry) => entry.internal_note);
  if (notes.length === 0) return null;
  return (
    <section class="internal no-print" aria-labelledby="internal-title">
      <h2 id="internal-title">
        <Lock /> {c.history.internalTitle}
      </h2>
      <p class="internal-never">{c.history.never}</p>
      <ol class="plain">
        {notes.map((entry) => (
          <li key={entry.id}>
            <p class="small">
              {entry.agent ?? c.history.colleague}, <When at={entry.at} />
              {entry.what.type === 'status_changed' && ` (${c.history.withStatus(c.status[entry.what.to])})`}
            </p>
            <p class="words" lang={theirs()}>
              {entry.internal_note}
            </p>
            {entry.what.type === 'internal_note' && <EntryPhotos entry={entry} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Shown where internal words are read or written. */
export function Lock() {
  return (
    <svg class="lock" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M7 10V7a5 5 0 0 1 10 0v3h1a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zm2 0h6V7a3 3 0 0 0-6 0z" />
    </svg>
  );
}

export function PublicThread({ report }: { report: Report }) {
  const entries = report.history.filter(({ what }) => what.type !== 'internal_note');
  return (
    <section class="thread" aria-labelledby="thread-title">
      <h2 id="thread-title">{c.history.publicTitle}</h2>
      <p class="small no-print">{report.visibility === 'public' ? c.history.publicText : c.history.privateText}</p>
      <ol class="plain">
        {entries.map((entry) => (
          <li key={entry.id}>
            <p class="thread-head">
              <strong>{what(entry)}</strong>{' '}
              <span class="small">
                <By entry={entry} />, <When at={entry.at} />
              </span>
            </p>
            {entry.note && (
              <p class="words" lang={theirs()}>
                {entry.note}
              </p>
            )}
            <EntryPhotos entry={entry} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** One line of what an entry says. */
export function what({ what }: Entry): string {
  if (what.type !== 'status_changed') return c.history.what[what.type];
  if (what.to === 'closed' && what.close_reason)
    return `${c.status.closed} (${t.closeReason[what.close_reason].toLowerCase()})`;
  return c.status[what.to];
}

export function who({ actor, agent }: Entry): string {
  if (actor.type === 'staff') return agent ? `${agent} (${actor.service})` : actor.service;
  return c.history.who[actor.type];
}

/** Who wrote it. Residents are not told agents' names, and paper may reach them. */
function By({ entry }: { entry: Entry }) {
  const { actor, agent } = entry;
  if (actor.type !== 'staff') return <span>{who(entry)}</span>;
  return (
    <span lang={theirs()}>
      {agent && <span class="no-print">{agent} (</span>}
      {actor.service}
      {agent && <span class="no-print">)</span>}
    </span>
  );
}

export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={dayTime(at)}>
      {ago(at)}
    </time>
  );
}

function EntryPhotos({ entry }: { entry: Entry }) {
  if (entry.photos.length === 0) return null;
  return (
    <div class="thread-photos">
      {entry.photos.map((photo, i) => (
        <a key={photo.id} href={photo.large} target="_blank" rel="noreferrer" class="photo">
          <img src={photo.small} alt={c.report.photoOf(what(entry), i + 1, entry.photos.length)} loading="lazy" />
        </a>
      ))}
    </div>
  );
}
