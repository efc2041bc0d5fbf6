// `/{commune}/report`: a new report, or the draft that `?draft=` names, at whatever stage it is.

import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Schemas } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { type Draft, discardDraft, newDraft } from '../../offline/drafts.ts';
import { useDraft, useDrafts } from '../../offline/use-drafts.ts';
import { ago, t } from '../../texts/index.ts';
import { Page, Spinner } from '../../ui/page.tsx';
import { type Commune, useCommune } from '../commune.ts';
import { joinLink, signInLink } from '../links.ts';
import { CodeScreen } from './code.tsx';
import { Done } from './done.tsx';
import { DraftForm } from './draft-form.tsx';
import { Sending } from './sending.tsx';
import { useClosed } from './taken.ts';
import './report.css';

export default function ReportScreen() {
  const commune = useCommune();
  const { query } = useLocation();
  const closed = useClosed(commune);
  if (!commune.modules.includes('reports') || commune.kinds.length === 0)
    return <Closed commune={commune} why={t.report.moduleOff(commune.name)} />;
  const byCode = closed?.field === 'account' || commune.launch.phase === 'training';
  if (closed) return <Closed commune={commune} why={closed.detail ?? ''} byCode={byCode} />;
  return query.draft ? <Known key={query.draft} id={query.draft} /> : <Begin key={query.kind ?? ''} />;
}

function Closed({ commune, why, byCode }: { commune: Commune; why: string; byCode?: boolean }) {
  const session = useSession();
  // Back to the draft or the kind of report that was wanted.
  const { url } = useLocation();
  return (
    <Page title={t.report.closedTitle} where={commune.name} class="report">
      <div class="notice warn">
        <p>{why}</p>
        {byCode && <p>{t.resident.phase.pilotInvited}</p>}
      </div>
      <p class="actions">
        {byCode && !session && (
          <a class="button main" href={signInLink(commune.id, url)}>
            {t.common.signIn}
          </a>
        )}
        {byCode && (
          <a class={session ? 'button main' : 'button'} href={joinLink(commune.id, url)}>
            {t.resident.phase.haveCode}
          </a>
        )}
        <a class="button" href={`/${commune.id}/`}>
          {t.common.home}
        </a>
      </p>
    </Page>
  );
}

/** A draft that was kept; one that is gone begins anew. */
function Known({ id }: { id: string }) {
  const commune = useCommune();
  const draft = useDraft(id);
  const [seen, see] = useState<Draft | null>(null);
  if (draft && draft !== seen) see(draft);
  if (draft === undefined && !seen) return <Spinner />;
  const shown = draft ?? seen;
  return shown && shown.commune === commune.id ? <Stage draft={shown} /> : <Begin />;
}

function Begin() {
  const commune = useCommune();
  const { query, route } = useLocation();
  const [fresh] = useState(() => newDraft(commune.id, wished(commune, query.kind)));
  const [seen, see] = useState(fresh);
  const kept = useDraft(fresh.id);
  const drafts = useDrafts(commune.id);
  if (kept && kept !== seen) see(kept);
  // From now on the address is this report's: a link to a new one leads to a new one.
  const left = seen.state !== 'editing' && seen.state !== 'blocked';
  useEffect(() => {
    if (left) route(`/${commune.id}/report?draft=${fresh.id}`, true);
  }, [left, route, commune.id, fresh.id]);
  const before = drafts?.find((d) => d.id !== fresh.id && d.state === 'editing');
  return <Stage draft={kept ?? seen} first={before && <Resume draft={before} />} />;
}

const wished = (commune: Commune, kind: string | undefined): Schemas['Kind'] =>
  commune.kinds.find((k) => k === kind) ?? commune.kinds.find((k) => k === 'problem') ?? commune.kinds[0] ?? 'problem';

function Stage({ draft, first }: { draft: Draft; first?: preact.ComponentChildren }) {
  switch (draft.state) {
    case 'editing':
    case 'blocked':
      return <DraftForm key={draft.id + draft.state + (draft.refusal?.code ?? '')} draft={draft} first={first} />;
    case 'queued':
      return <Sending draft={draft} />;
    case 'code':
      return <CodeScreen draft={draft} />;
    case 'done':
      return <Done draft={draft} />;
  }
}

/** Something was begun here before. */
function Resume({ draft }: { draft: Draft }) {
  const { content, photos } = draft;
  return (
    <div class="notice resume">
      <p>
        <strong>{t.report.resume}</strong> {t.kind[content.kind]}, {ago(draft.changed)}
        {photos.length > 0 && `, ${t.common.photos(photos.length)}`}
        {content.description && <span class="excerpt"> : {content.description.slice(0, 80)}</span>}
      </p>
      <div class="actions">
        <a class="button" href={`/${draft.commune}/report?draft=${draft.id}`}>
          {t.report.resumeIt}
        </a>
        <button type="button" class="quiet" onClick={() => void discardDraft(draft.id)}>
          {t.report.discard}
        </button>
      </div>
    </div>
  );
}
