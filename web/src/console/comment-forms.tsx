// Words for everybody, and words for colleagues.

import { useState } from 'preact/hooks';
import { Form, TextArea } from '../ui/form.tsx';
import { sentDraft, useDraft } from './drafts.ts';
import { Lock } from './history.tsx';
import { fieldOf, invalid } from './invalid.ts';
import { queue } from './outbox.ts';
import { Preview } from './preview.tsx';
import type { Report } from './report.tsx';
import { type Staff, useStaff } from './staff.ts';
import { c } from './texts/index.ts';

/** Of the platform. */
export const NOTE_LIMIT = 2000;

/** What every entry of the outbox says of its report. */
export const about = ({ commune, me }: Staff, report: Pick<Report, 'id' | 'version' | 'description'>) => ({
  commune: commune.id,
  account: me.account,
  agent: me.name,
  report: report.id,
  version: report.version,
  excerpt: report.description.length > 80 ? `${report.description.slice(0, 79).trimEnd()}…` : report.description,
});

export function AnswerForm({ report, close }: { report: Report; close: () => void }) {
  const staff = useStaff();
  const [draft, change] = useDraft(report.id);
  const [error, setError] = useState<Error | null>(null);
  const submit = async () => {
    setError(null);
    const text = draft.answer.trim();
    if (!text) throw invalid('text', c.answer.wanted);
    await queue({ ...about(staff, report), what: { comment: { text, internal: false, photos: [] } } });
    sentDraft(report.id, 'answer');
  };
  return (
    <Form button={c.treat.send} submit={submit} onError={setError} beside={<Cancel close={close} />}>
      <TextArea
        label={c.answer.label}
        hint={report.visibility === 'public' ? c.answer.hint : c.answer.hintPrivate}
        value={draft.answer}
        limit={NOTE_LIMIT}
        maxLength={NOTE_LIMIT}
        onText={(answer) => change({ answer })}
        error={fieldOf(error, 'text')}
      />
      <Preview
        report={report}
        status={report.status}
        comment
        note={draft.answer}
        scheduledFor={report.scheduled_for ?? ''}
      />
    </Form>
  );
}

export function NoteForm({ report, close }: { report: Report; close: () => void }) {
  const staff = useStaff();
  const [draft, change] = useDraft(report.id);
  const [error, setError] = useState<Error | null>(null);
  const submit = async () => {
    setError(null);
    const text = draft.colleagues.trim();
    if (!text) throw invalid('text', c.note.wanted);
    await queue({ ...about(staff, report), what: { comment: { text, internal: true, photos: [] } } });
    sentDraft(report.id, 'note');
  };
  return (
    <Form class="internal" button={c.note.send} submit={submit} onError={setError} beside={<Cancel close={close} />}>
      <p class="internal-never">
        <Lock /> {c.history.never}
      </p>
      <TextArea
        label={c.note.label}
        value={draft.colleagues}
        limit={NOTE_LIMIT}
        maxLength={NOTE_LIMIT}
        onText={(colleagues) => change({ colleagues })}
        error={fieldOf(error, 'text')}
      />
    </Form>
  );
}

export function Cancel({ close }: { close: () => void }) {
  return (
    <button type="button" onClick={close}>
      {c.treat.close}
    </button>
  );
}
