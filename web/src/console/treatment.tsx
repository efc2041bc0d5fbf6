// What can be done about a report: another status, an answer to everybody, a note to colleagues. One form at a time.

import { useEffect, useRef } from 'preact/hooks';
import { AnswerForm, NoteForm } from './comment-forms.tsx';
import { type Task, useDraft } from './drafts.ts';
import { Lock } from './history.tsx';
import type { Entry } from './outbox.ts';
import type { Report } from './report.tsx';
import { mayAnswer, mayTreat, useStaff } from './staff.ts';
import { StatusForm } from './status-form.tsx';
import { c } from './texts/index.ts';

export function Treatment(props: { report: Report; pending: readonly Entry[]; reload: () => void }) {
  const { me } = useStaff();
  const { report, pending } = props;
  const [draft, change] = useDraft(report.id);
  const form = useRef<HTMLDivElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const buttons = useRef<HTMLDivElement>(null);
  // The wish to reopen is the reporter's.
  const possible = (report.possible ?? []).filter((status) => status !== 'reopen_requested');
  const tasks: Task[] = [];
  if (mayTreat(me, report.service.id) && possible.length > 0) tasks.push('status');
  if (mayAnswer(me, report.service.id)) tasks.push('answer');
  tasks.push('note');
  const task = draft.task && tasks.includes(draft.task) && pending.length === 0 ? draft.task : null;

  useEffect(() => {
    if (task) form.current?.querySelector<HTMLElement>('input, textarea')?.focus();
  }, [task]);
  // A form that was sent is gone, and so is the button that sent it at once: who used them by keyboard goes on beside them.
  const waits = pending.length > 0;
  const waited = useRef(false);
  useEffect(() => {
    const moved = waits || waited.current;
    waited.current = waits;
    if (moved && document.activeElement === document.body) title.current?.focus({ preventScroll: true });
  }, [waits]);
  const toggle = (one: Task) => change({ task: task === one ? null : one });
  const close = () => {
    change({ task: null });
    buttons.current?.querySelector('button')?.focus();
  };

  return (
    <section class="treatment no-print" aria-labelledby="treatment-title">
      <h2 id="treatment-title" ref={title} tabIndex={-1}>
        {c.treat.title}
      </h2>
      {!tasks.includes('answer') && <p class="small">{c.treat.notYours(report.service.name)}</p>}
      {pending.length > 0 ? (
        <p class="notice">{pending[0]?.state === 'refused' ? c.treat.refused : c.treat.onItsWay}</p>
      ) : (
        <div ref={buttons} class="treat-tasks">
          {tasks.map((one) => (
            <button
              key={one}
              type="button"
              class={one === 'note' ? 'internal-task' : one === tasks[0] ? 'main' : ''}
              aria-expanded={task === one}
              aria-keyshortcuts={c.treat.key[one]}
              onClick={() => toggle(one)}
            >
              {one === 'note' && <Lock />}
              {c.treat.task[one]}
            </button>
          ))}
        </div>
      )}
      <div ref={form}>
        {task === 'status' && <StatusForm report={report} possible={possible} close={close} />}
        {task === 'answer' && <AnswerForm report={report} close={close} />}
        {task === 'note' && <NoteForm report={report} close={close} />}
      </div>
    </section>
  );
}
