// `/{c}/console/audit`: what staff and operators did, newest first, and all of it as a file that can be verified.

import { useState } from 'preact/hooks';
import { api, body, type Schemas } from '../../api/client.ts';
import { day, dayTime, number, t } from '../../texts/index.ts';
import { usePages } from '../../ui/load.ts';
import { Failure, More, Page } from '../../ui/page.tsx';
import { useCommuneId } from './desk.ts';
import { label } from './difference.ts';
import { who } from './history.tsx';
import { save } from './save.ts';
import { d } from './texts/index.ts';

export function Audit() {
  const commune = useCommuneId();
  const a = d.audit;
  const pages = usePages(`audit ${commune}`, async (cursor) => {
    const query = { limit: 50, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/{commune}/audit', { params: { path: { commune }, query } }));
    return { items: page.entries, next: page.next };
  });
  return (
    <Page title={a.title} lead={a.lead} class="desk">
      <ExportButton commune={commune} />
      <ol class="plain rows">
        {pages.items.map((entry) => (
          <li key={entry.number} class="row">
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      <More of={pages} />
    </Page>
  );
}

function Entry({ entry }: { entry: Schemas['AuditView'] }) {
  const [open, show] = useState(false);
  const a = d.audit;
  const has = entry.before !== null || entry.after !== null;
  return (
    <div class="what">
      <strong>{(a.what as Record<string, string>)[entry.what] ?? entry.what}</strong>
      <small>{[who(entry.by), dayTime(entry.at), a.number(entry.number)].filter(Boolean).join(' · ')}</small>
      {has && (
        <button type="button" class="link" aria-expanded={open} onClick={() => show(!open)}>
          {open ? a.hide(entry.number) : a.details(entry.number)}
        </button>
      )}
      {open && (
        <dl class="difference">
          <div>
            <dt>{a.about}</dt>
            <dd>{entry.about}</dd>
          </div>
          {changes(entry.before, entry.after).map(([field, before, after]) => (
            <div key={field}>
              <dt>{label(field)}</dt>
              <dd>{d.history.fromTo(before, after)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** Field by field what was and what is; a value by itself has no field. */
function changes(before: unknown, after: unknown): [string, string, string][] {
  const record = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  const [was, is] = [record(before), record(after)];
  if ((before !== null && !was) || (after !== null && !is)) return [[d.audit.value, told(before), told(after)]];
  const fields = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])];
  return fields.map((field) => [field, told(was?.[field]), told(is?.[field])]);
}

/** A value in words, as far as it has some: moments, roles, phases, lists. */
function told(value: unknown): string {
  if (value === null || value === undefined) return d.history.nothing;
  if (typeof value === 'boolean') return value ? t.common.yes : t.common.no;
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return value.map(told).join(', ') || d.history.nothing;
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([field, one]) => `${label(field)} ${told(one)}`)
      .join(', ');
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return dayTime(text);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return day(text);
  const known: Record<string, string> = { ...t.role, ...t.status, ...d.launch.phase };
  return known[text] ?? text;
}

/** All pages of the export as one file. */
function ExportButton({ commune }: { commune: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const parts: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const query = cursor ? { cursor } : {};
        const params = { path: { commune }, query };
        const answer = await api.GET('/v1/{commune}/audit/export', { params, parseAs: 'text' });
        parts.push((await body(Promise.resolve(answer))) as unknown as string);
        const next = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="?next/.exec(answer.response.headers.get('link') ?? '')?.[1];
        if (!next) break;
        cursor = decodeURIComponent(next);
      }
      save(new Blob(parts, { type: 'application/x-ndjson' }), `${commune}-journal.ndjson`);
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <p>
        <button type="button" aria-disabled={busy} onClick={run}>
          {busy ? d.audit.exporting : d.audit.export}
        </button>
      </p>
      <p class="hint">{d.audit.exportHint}</p>
      {error && <Failure error={error} />}
    </>
  );
}
