// `/{commune}/drafts`: what was begun here, what waits to be sent, and what was sent of late.

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { type Draft, discardDraft, keptOf, queueDraft, saveDraft } from '../../offline/drafts.ts';
import { send } from '../../offline/outbox.ts';
import { useDrafts, usePhotos, useStep } from '../../offline/use-drafts.ts';
import { ago, dayTime, t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Page, Spinner } from '../../ui/page.tsx';
import { useCommune } from '../commune.ts';
import { refusalWords } from './refusal.tsx';
import { stepWords } from './sending.tsx';
import './report.css';

export default function DraftsScreen() {
  const commune = useCommune();
  const drafts = useDrafts(commune.id);
  return (
    <Page title={t.report.draftsTitle} where={commune.name} lead={t.report.draftsLead} class="report">
      {drafts === undefined && <Spinner />}
      {drafts?.length === 0 && <p class="notice">{t.report.noDrafts}</p>}
      {drafts && drafts.length > 0 && (
        <ul class="plain drafts">
          {drafts.map((draft) => (
            <OneDraft key={draft.id} draft={draft} />
          ))}
        </ul>
      )}
      <p>
        <a class="button" href={`/${commune.id}/report`}>
          {t.report.newOne}
        </a>
      </p>
    </Page>
  );
}

function OneDraft({ draft }: { draft: Draft }) {
  const commune = useCommune();
  const { route } = useLocation();
  const step = useStep(draft.id);
  const [asking, ask] = useState(false);
  const [first] = usePhotos(draft.photos.slice(0, 1));
  const open = `/${commune.id}/report?draft=${draft.id}`;
  const category = commune.categories.find((c) => c.id === draft.content.category)?.name;
  const name = draft.content.description.trim() || category || t.report.untitled;
  const sendNow = async () => {
    await queueDraft(draft);
    const after = await send(draft.id);
    if (after?.state === 'done') announce(t.report.sentOff);
  };
  const change = async () => {
    await saveDraft({ ...draft, state: 'editing', tried: null });
    route(open);
  };
  return (
    <li class="card">
      {first && (
        <span class="photo">
          <img src={first.url} alt="" />
        </span>
      )}
      <div>
        <h2>{name}</h2>
        <p class="small">
          {t.kind[draft.content.kind]}
          {category && ` · ${category}`} · <span title={dayTime(draft.changed)}>{ago(draft.changed)}</span>
        </p>
        <p role="status">{step ? stepWords(step) : <State draft={draft} />}</p>
        {!step && (
          <div class="actions">
            {draft.state === 'queued' && (
              <button type="button" class="main" onClick={() => void sendNow()}>
                {t.report.sendNow}
              </button>
            )}
            {draft.state === 'code' && (
              <a class="button main" href={open}>
                {t.report.enterCode}
              </a>
            )}
            {draft.state === 'done' && draft.result && (
              <a class="button" href={`/${commune.id}/reports/${draft.result.report}`}>
                {t.report.see}
              </a>
            )}
            {(draft.state === 'editing' || draft.state === 'blocked') && (
              <a class="button" href={open}>
                {draft.state === 'editing' ? t.report.resumeIt : t.report.correct}
              </a>
            )}
            {draft.state === 'queued' && (
              <button type="button" onClick={() => void change()}>
                {t.common.edit}
              </button>
            )}
            <button type="button" class="quiet" onClick={() => ask(true)}>
              {draft.state === 'done' ? t.report.hide : t.report.discard}
              <span class="sr"> : {name}</span>
            </button>
          </div>
        )}
      </div>
      {asking && (
        <Dialog title={draft.state === 'done' ? t.report.hide : t.report.discardTitle} close={() => ask(false)}>
          <p>{draft.state === 'done' ? t.report.hideText : t.report.discardText}</p>
          <div class="actions">
            <button type="button" class="danger" onClick={() => void discardDraft(draft.id)}>
              {draft.state === 'done' ? t.report.hide : t.report.discard}
            </button>
            <button type="button" onClick={() => ask(false)}>
              {t.common.cancel}
            </button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

/** Where it stands, in words. */
function State({ draft }: { draft: Draft }) {
  const commune = useCommune();
  switch (draft.state) {
    case 'editing':
      return <>{t.report.stateEditing}</>;
    case 'queued':
      return (
        <>
          {draft.tried?.detail ?? t.report.stateQueued} {keptOf(draft) !== 'kept' && t.report.onlyInThisPage}
        </>
      );
    case 'blocked':
      return (
        <span class="error">
          {t.report.stateBlocked} {refusalWords(draft, commune)}
        </span>
      );
    case 'code':
      return <>{t.report.stateCode(draft.confirmation?.contact ?? '')}</>;
    case 'done':
      return <>{t.report.stateDone}</>;
  }
}
