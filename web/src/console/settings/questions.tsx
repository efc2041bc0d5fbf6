// What a category asks besides the description: the questions, their order and what an answer looks like.

import type { Schemas } from '../../api/client.ts';
import { announce } from '../../ui/announce.tsx';
import { Check, Select, TextArea, TextField } from '../../ui/form.tsx';
import { Days } from './categories.tsx';
import { idFor, moved } from './desk.ts';
import { Order } from './lists.tsx';
import { optionsOf } from './options.ts';
import { d } from './texts/index.ts';

type Question = Schemas['Question'];
type Kind = Schemas['QuestionKind'];

const MOST = 20;

export function Questions(props: {
  value: Question[];
  set: (value: Question[]) => void;
  wrong: (field: string) => string | null;
}) {
  const { value, set, wrong } = props;
  const q = d.questions;
  const put = (at: number, question: Question) => set(value.map((one, i) => (i === at ? question : one)));
  const add = () => {
    const id = idFor(
      `question-${value.length + 1}`,
      value.map((one) => one.id),
      'q',
    );
    set([...value, { id, label: '', required: false, kind: { type: 'yes_no' } }]);
  };
  return (
    <section>
      <h2>{q.title}</h2>
      <p class="hint">{q.lead}</p>
      {wrong('questions') && <p class="error">{wrong('questions')}</p>}
      <ol class="plain rows">
        {value.map((question, at) => (
          <li key={question.id} class="card question">
            <div class="row">
              <h3>{q.nth(at + 1)}</h3>
              <Order
                name={q.nth(at + 1)}
                at={at}
                of={value.length}
                move={(to) => {
                  set(moved(value, at, to));
                  announce(d.lists.movedTo(question.label || q.nth(at + 1), to + 1, value.length));
                }}
              />
            </div>
            <TextField
              label={q.label}
              value={question.label}
              maxLength={200}
              error={wrong(`questions.${at}.label`)}
              onText={(label) => put(at, { ...question, label })}
            />
            <Select
              label={q.kind}
              value={question.kind.type}
              options={Object.entries(q.kinds).map(([type, label]) => ({ value: type, label: label as string }))}
              onText={(type) => put(at, { ...question, kind: changed(question.kind, type as Kind['type']) })}
            />
            <KindFields
              kind={question.kind}
              set={(kind) => put(at, { ...question, kind })}
              wrong={(field) => wrong(`questions.${at}.kind.${field}`)}
            />
            <Check
              label={q.required}
              checked={question.required}
              onChange={(required) => put(at, { ...question, required })}
            />
            <button type="button" class="danger" onClick={() => set(value.filter((_, i) => i !== at))}>
              {q.remove(at + 1)}
            </button>
          </li>
        ))}
      </ol>
      {value.length < MOST ? (
        <button type="button" onClick={add}>
          {q.add}
        </button>
      ) : (
        <p>{q.most(MOST)}</p>
      )}
    </section>
  );
}

/** Another kind of answer; what may be chosen stays between the two kinds of choice. */
function changed(kind: Kind, type: Kind['type']): Kind {
  const options = 'options' in kind ? kind.options : [];
  if (type === 'choice' || type === 'choices') return { type, options };
  if (type === 'text') return { type, max: 200 };
  if (type === 'number') return { type };
  return { type };
}

function KindFields(props: { kind: Kind; set: (kind: Kind) => void; wrong: (field: string) => string | null }) {
  const { kind, set, wrong } = props;
  const q = d.questions;
  if (kind.type === 'text')
    return <Days label={q.max} value={kind.max} error={wrong('max')} set={(max) => set({ ...kind, max })} />;
  if (kind.type === 'number')
    return (
      <div class="pair">
        <Limit label={q.atLeast} value={kind.min} error={wrong('min')} set={(min) => set(limits(min, kind.max))} />
        <Limit label={q.atMost} value={kind.max} error={wrong('max')} set={(max) => set(limits(kind.min, max))} />
      </div>
    );
  if (kind.type === 'choice' || kind.type === 'choices')
    return (
      <TextArea
        label={q.options}
        hint={q.optionsHint}
        rows={Math.max(3, kind.options.length + 1)}
        value={kind.options.map((o) => o.label).join('\n')}
        error={wrong('options')}
        onText={(text) => set({ ...kind, options: optionsOf(text, kind.options) })}
      />
    );
  return null;
}

type Bound = number | null | undefined;

const limits = (min: Bound, max: Bound): Kind => ({
  type: 'number',
  ...(min === null || min === undefined ? {} : { min }),
  ...(max === null || max === undefined ? {} : { max }),
});

function Limit(props: { label: string; value: Bound; error: string | null; set: (value: Bound) => void }) {
  return (
    <TextField
      label={props.label}
      optional
      type="number"
      inputMode="decimal"
      error={props.error}
      value={props.value === null || props.value === undefined ? '' : String(props.value)}
      onText={(text) => props.set(text.trim() === '' ? null : Number(text))}
    />
  );
}
