// A report on its way: what is being done with it, or what it waits for.

import { useEffect } from 'preact/hooks';
import { type Draft, keptOf, saveDraft } from '../../offline/drafts.ts';
import { send } from '../../offline/outbox.ts';
import type { Step } from '../../offline/steps.ts';
import { useStep } from '../../offline/use-drafts.ts';
import { ago, number, t } from '../../texts/index.ts';
import { useOnline } from '../../ui/online.ts';
import { Page } from '../../ui/page.tsx';
import { useCommune } from '../commune.ts';

export function stepWords(step: Step): string {
  switch (step.step) {
    case 'photo':
      return t.report.stepPhoto(step.number, step.of, number(step.part, { style: 'percent' }));
    case 'proof':
      return t.report.stepProof;
    case 'report':
      return t.report.stepReport;
  }
}

export function Sending({ draft }: { draft: Draft }) {
  const commune = useCommune();
  const step = useStep(draft.id);
  const online = useOnline();
  const failed = draft.tried !== null;
  const kept = keptOf(draft) === 'kept';
  // The moment before it begins, and while another tab sends it.
  const begins = !step && online && !failed;
  // A page that was reloaded goes on where it was.
  useEffect(() => {
    if (online && !failed) void send(draft.id);
  }, [draft.id, online, failed]);
  return (
    <Page title={step || !failed ? t.report.sending : t.report.waiting} where={commune.name} class="report">
      <div role="status" class="sending">
        {step && <p>{stepWords(step)}</p>}
        {begins && <p>{t.report.stepReport}</p>}
        {!step && !online && <p class="notice warn">{kept ? t.report.waitsForNetwork : t.report.waitsInThisPage}</p>}
        {!step && online && draft.tried && (
          <p class="notice warn">
            {t.report.triedInVain(ago(draft.tried.at))} {draft.tried.detail ?? ''} {t.report.triesAgain}{' '}
            {!kept && t.report.onlyInThisPage}
          </p>
        )}
      </div>
      {step?.step === 'photo' && (
        <progress max={step.of} value={step.number - 1 + step.part} aria-label={t.report.photos} />
      )}
      {!step && !begins && (
        <div class="actions">
          <button type="button" class="main" onClick={() => void send(draft.id)}>
            {t.report.sendNow}
          </button>
          <button type="button" onClick={() => void saveDraft({ ...draft, state: 'editing', tried: null })}>
            {t.common.edit}
          </button>
          <a class="button quiet" href={`/${commune.id}/drafts`}>
            {t.report.toDrafts}
          </a>
        </div>
      )}
    </Page>
  );
}
