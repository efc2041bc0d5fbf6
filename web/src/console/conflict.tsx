// A colleague, or the reporter, was faster: what changed meanwhile, and the words that were not sent.

import { announce } from '../ui/announce.tsx';
import { since } from './arrived.ts';
import { restoreDraft } from './drafts.ts';
import { When, what, who } from './history.tsx';
import { discard, type Entry } from './outbox.ts';
import type { Report } from './report.tsx';
import { c } from './texts/index.ts';

export function Conflict({ entry, report }: { entry: Entry; report: Report }) {
  const again = async () => {
    restoreDraft(entry);
    await discard(entry.id);
    announce(c.conflict.restored);
  };
  return (
    <section class="notice warn no-print" aria-labelledby="conflict-title">
      <h2 id="conflict-title">{c.conflict.title}</h2>
      <p>{c.conflict.text}</p>
      <ul>
        {since(entry.version, report).map((event) => (
          <li key={event.id}>
            <strong>{what(event)}</strong> {who(event)}, <When at={event.at} />
            {(event.note ?? event.internal_note) && <p class="words">{event.note ?? event.internal_note}</p>}
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="main" onClick={() => void again()}>
          {c.conflict.again}
        </button>
        <button type="button" onClick={() => void discard(entry.id)}>
          {c.pending.discard}
        </button>
      </div>
    </section>
  );
}
