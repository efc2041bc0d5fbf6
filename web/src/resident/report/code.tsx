// The code that confirms a guest's report and signs them in.

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { type Draft, restart } from '../../offline/drafts.ts';
import { anotherCode, confirm } from '../../offline/outbox.ts';
import { t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Form, TextField } from '../../ui/form.tsx';
import { Failure, Page } from '../../ui/page.tsx';
import { useSecondsUntil } from '../../ui/seconds.ts';
import { useCommune } from '../commune.ts';
import { inWords, readCode, useErrors } from '../contact.ts';

export function CodeScreen({ draft }: { draft: Draft }) {
  const commune = useCommune();
  const { route } = useLocation();
  const [code, setCode] = useState('');
  const errors = useErrors();
  const [failed, setFailed] = useState<Error | null>(null);
  const sent = draft.confirmation;
  const wait = useSecondsUntil(sent?.resend ?? 0);
  const life = useSecondsUntil(sent?.expires ?? 0);
  if (!sent) return null;
  const byPhone = draft.content.contact.by === 'phone';

  const submit = async () => {
    errors.clear();
    try {
      await confirm(draft.id, readCode(code));
    } catch (error) {
      throw inWords(error);
    }
  };
  const another = async () => {
    setFailed(null);
    try {
      await anotherCode(draft.id);
      setCode('');
      announce(t.report.codeSentAgain);
    } catch (error) {
      setFailed(error as Error);
    }
  };
  const other = async () => {
    const fresh = await restart(draft);
    route(`/${commune.id}/report?draft=${fresh.id}`, true);
  };
  return (
    <Page title={t.report.codeTitle} where={commune.name} lead={t.report.codeLead} class="report">
      <p>{sent.sent ? t.report.codeSentTo(sent.contact) : t.report.codeNotSent(sent.contact)}</p>
      <Form submit={submit} button={t.report.confirm} onError={errors.set}>
        <TextField
          label={t.report.code}
          hint={life > 0 ? t.report.codeHint(Math.ceil(life / 60)) : t.report.codeOver}
          error={errors.at('code')}
          value={code}
          onText={setCode}
          inputMode="numeric"
          autocomplete="one-time-code"
          maxLength={9}
        />
        {byPhone && <p class="small">{t.report.consentLead(sent.consent ?? t.report.smsConsent)}</p>}
      </Form>
      {failed && <Failure error={failed} />}
      <p class="small" aria-live="off">
        {wait > 0 && t.report.anotherIn(wait)}
      </p>
      <div class="actions">
        <button type="button" disabled={wait > 0} onClick={() => void another()}>
          {t.report.anotherCode}
        </button>
        <button type="button" class="quiet" onClick={() => void other()}>
          {byPhone ? t.report.otherPhone : t.report.otherContact}
        </button>
      </div>
    </Page>
  );
}
