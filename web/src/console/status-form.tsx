// Another status: what it demands, words for residents, words for colleagues, photos of the finished work, and what residents
// will read.

import { useState } from 'preact/hooks';
import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { Choices, Form, TextArea, TextField } from '../ui/form.tsx';
import { about, Cancel, NOTE_LIMIT } from './comment-forms.tsx';
import { type Draft, sentDraft, useDraft } from './drafts.ts';
import { today } from './filters.ts';
import { Lock } from './history.tsx';
import { fieldOf, invalid } from './invalid.ts';
import { Original } from './original.tsx';
import { queue } from './outbox.ts';
import { PhotoPicker } from './photo-picker.tsx';
import { Preview } from './preview.tsx';
import type { Report } from './report.tsx';
import { useStaff } from './staff.ts';
import { c } from './texts/index.ts';

type Status = Schemas['Status'];
/** Why staff close; `withdrawn` is the reporter's. */
const REASONS = ['no_action', 'not_responsible', 'duplicate', 'invalid'] as const;

export function StatusForm(props: { report: Report; possible: readonly Status[]; close: () => void }) {
  const { report, possible } = props;
  const staff = useStaff();
  const [draft, change] = useDraft(report.id);
  const [error, setError] = useState<Error | null>(null);
  const [uploading, setUploading] = useState(false);
  const to = possible.find((status) => status === draft.to);

  const submit = async () => {
    setError(null);
    if (uploading) throw invalid('photos', c.photos.wait);
    const wanted = changeOf(draft, to, report.id);
    await queue({ ...about(staff, report), what: { change: wanted } });
    sentDraft(report.id, 'status');
  };

  return (
    <Form button={c.treat.send} submit={submit} onError={setError} beside={<Cancel close={props.close} />}>
      <Choices
        label={c.statusForm.to}
        class="tiles"
        options={possible.map((status) => ({ value: status, label: c.status[status] }))}
        value={to ? [to] : []}
        onChange={([value]) => change({ to: (value ?? '') as Status })}
        error={fieldOf(error, 'to')}
      />
      {to === 'scheduled' && (
        <DateField value={draft.date} onText={(date) => change({ date })} error={fieldOf(error, 'scheduled_for')} />
      )}
      {to === 'closed' && (
        <Choices
          label={c.statusForm.reason}
          options={REASONS.map((reason) => ({
            value: reason,
            label: t.closeReason[reason],
            hint: c.statusForm.reasons[reason],
          }))}
          value={draft.reason ? [draft.reason] : []}
          onChange={([value]) => change({ reason: (value ?? '') as Draft['reason'] })}
          error={fieldOf(error, 'close_reason')}
        />
      )}
      {to === 'closed' && draft.reason === 'duplicate' && (
        <Original
          report={report}
          value={draft.original}
          pick={(original) => change({ original })}
          error={fieldOf(error, 'duplicate_of')}
        />
      )}
      {to && (
        <>
          <TextArea
            label={to === 'awaiting_reporter' ? c.statusForm.question : c.statusForm.note}
            hint={c.statusForm.noteHint}
            optional={to !== 'awaiting_reporter'}
            value={draft.note}
            limit={NOTE_LIMIT}
            maxLength={NOTE_LIMIT}
            rows={3}
            onText={(note) => change({ note })}
            error={fieldOf(error, 'note')}
          />
          <PhotoPicker
            label={to === 'resolved' ? c.photos.after : c.photos.add}
            photos={draft.photos}
            change={(photos) => change({ photos })}
            busy={setUploading}
            error={fieldOf(error, 'photos')}
          />
          <Preview report={report} status={to} comment={false} note={draft.note} scheduledFor={draft.date} />
          <div class="internal">
            <p class="internal-never">
              <Lock /> {c.history.never}
            </p>
            <TextArea
              label={c.note.label}
              optional
              value={draft.internal}
              limit={NOTE_LIMIT}
              maxLength={NOTE_LIMIT}
              rows={2}
              onText={(internal) => change({ internal })}
              error={fieldOf(error, 'internal_note')}
            />
          </div>
        </>
      )}
    </Form>
  );
}

/** The change as it is sent; refuses what the platform would refuse, before the ten seconds. */
function changeOf(draft: Draft, to: Status | undefined, report: string): Schemas['Change'] {
  if (!to) throw invalid('to', c.statusForm.toWanted);
  const wanted: Schemas['Change'] = { to, photos: draft.photos.map(({ id }) => ({ id })) };
  const note = draft.note.trim();
  const internal = draft.internal.trim();
  if (note) wanted.note = note;
  if (internal) wanted.internal_note = internal;
  if (to === 'awaiting_reporter' && !note) throw invalid('note', c.statusForm.questionWanted);
  if (to === 'scheduled') {
    if (!draft.date) throw invalid('scheduled_for', c.statusForm.dateWanted);
    if (draft.date < today()) throw invalid('scheduled_for', c.statusForm.datePast);
    wanted.scheduled_for = draft.date;
  }
  if (to === 'closed') {
    if (!draft.reason) throw invalid('close_reason', c.statusForm.reasonWanted);
    wanted.close_reason = draft.reason;
    if (draft.reason === 'duplicate') {
      if (!draft.original && !note) throw invalid('duplicate_of', c.original.wanted);
      if (draft.original === report) throw invalid('duplicate_of', c.original.itself);
      if (draft.original) wanted.duplicate_of = draft.original;
    }
  }
  return wanted;
}

function DateField(props: { value: string; onText: (date: string) => void; error: string | null }) {
  return (
    <TextField label={c.statusForm.date} type="date" value={props.value} onText={props.onText} error={props.error} />
  );
}
