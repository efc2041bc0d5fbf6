// Why a report did not get through, and the way on.

import { useLocation } from 'preact-iso';
import { type Draft, discardDraft, queueDraft, restart } from '../../offline/drafts.ts';
import { send } from '../../offline/outbox.ts';
import { t } from '../../texts/index.ts';
import { useCommune } from '../commune.ts';
import { refusedFields } from './check.ts';

/** In one sentence. */
export function refusalWords(draft: Draft, commune: ReturnType<typeof useCommune>): string {
  const { refusal } = draft;
  if (!refusal) return '';
  switch (refusal.code) {
    case 'signed_out':
      return t.report.refusedSignedOut;
    case 'now_signed_in':
      return t.report.refusedNowSignedIn;
    case 'idempotency_reuse':
      return t.report.refusedAlready;
    case 'unconfirmed_too_long':
      return t.report.refusedTooLate;
    case 'photo_refused':
      return t.report.photoRefused(refusal.detail);
    case 'photo_gone':
      return t.report.photoGone;
    case 'photos_full':
      return t.report.photosFull(commune.name);
    case 'module_off':
      return t.report.moduleOff(commune.name);
  }
  const fields = Object.values(refusedFields(commune, refusal.errors));
  return fields.length > 0 ? fields.join(' ') : refusal.detail;
}

export function Refusal({ draft }: { draft: Draft }) {
  const commune = useCommune();
  const { route } = useLocation();
  const code = draft.refusal?.code;
  const here = `/${commune.id}/report?draft=${draft.id}`;
  const again = async () => {
    await queueDraft(draft);
    void send(draft.id);
  };
  // Nothing that a guest sent counts before its code is given.
  const asMine = async () => {
    await queueDraft({ ...draft, sealed: null, by: null });
    void send(draft.id);
  };
  const anew = async () => {
    const fresh = await restart(draft);
    await queueDraft(fresh);
    void send(fresh.id);
    route(`/${commune.id}/report?draft=${fresh.id}`, true);
  };
  const discard = async () => {
    await discardDraft(draft.id);
    route(`/${commune.id}/me`);
  };
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{t.report.refused}</strong> {refusalWords(draft, commune)}
      </p>
      {code === 'signed_out' && (
        <p class="actions">
          <a class="button main" href={`/${commune.id}/sign-in?next=${encodeURIComponent(here)}`}>
            {t.common.signIn}
          </a>
          <button type="button" onClick={() => void again()}>
            {t.report.sendNow}
          </button>
        </p>
      )}
      {code === 'now_signed_in' && (
        <button type="button" onClick={() => void asMine()}>
          {t.report.sendAsMine}
        </button>
      )}
      {code === 'idempotency_reuse' && (
        <button type="button" onClick={() => void discard()}>
          {t.report.discardAndSee}
        </button>
      )}
      {code === 'unconfirmed_too_long' && (
        <button type="button" onClick={() => void anew()}>
          {t.report.sendAnew}
        </button>
      )}
    </div>
  );
}
