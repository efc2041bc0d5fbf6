// What a category asks besides: one control for each kind of question. Residents answer here, and the console shows what they
// will see.

import type { Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { Choices, TextArea, TextField } from './form.tsx';
import { theirs } from './their.tsx';

export function Questions(props: {
  questions: Schemas['Question'][];
  answers: Record<string, unknown>;
  onAnswer: (question: string, answer: unknown) => void;
  /** By field: `answers.<question>`. */
  errors: Record<string, string>;
  /** What stands for a question that has no words yet. */
  unnamed?: string;
}) {
  return (
    <>
      {props.questions.map((question) => (
        <OneQuestion
          key={question.id}
          question={question}
          answer={props.answers[question.id]}
          onAnswer={(answer) => props.onAnswer(question.id, answer)}
          error={props.errors[`answers.${question.id}`]}
          unnamed={props.unnamed}
        />
      ))}
    </>
  );
}

/** Longer answers get more than one line. */
const ONE_LINE = 120;

function OneQuestion(props: {
  question: Schemas['Question'];
  answer: unknown;
  onAnswer: (answer: unknown) => void;
  error: string | undefined;
  unnamed: string | undefined;
}) {
  const { question, answer, onAnswer, error } = props;
  const { kind } = question;
  const around = {
    label: question.label || (props.unnamed ?? ''),
    labelLang: question.label ? theirs() : undefined,
    error,
    ...(question.required ? {} : { optional: true }),
  };
  const text = answer === undefined || answer === null ? '' : String(answer);
  switch (kind.type) {
    case 'text':
      return kind.max > ONE_LINE ? (
        <TextArea {...around} value={text} onText={onAnswer} limit={kind.max} />
      ) : (
        <TextField {...around} value={text} onText={onAnswer} maxLength={kind.max} />
      );
    case 'number':
      return (
        <TextField
          {...around}
          hint={t.report.range(kind.min ?? null, kind.max ?? null)}
          inputMode="decimal"
          value={text}
          onText={onAnswer}
        />
      );
    case 'choice':
      return (
        <Choices
          {...around}
          class="inline"
          options={kind.options.map((o) => ({ value: o.id, label: o.label, lang: theirs() }))}
          value={text ? [text] : []}
          onChange={([chosen]) => onAnswer(chosen)}
        />
      );
    case 'choices':
      return (
        <Choices
          {...around}
          class="inline"
          multiple
          options={kind.options.map((o) => ({ value: o.id, label: o.label, lang: theirs() }))}
          value={Array.isArray(answer) ? answer : []}
          onChange={onAnswer}
        />
      );
    case 'yes_no':
      return (
        <Choices
          {...around}
          class="inline"
          options={[
            { value: 'true', label: t.common.yes },
            { value: 'false', label: t.common.no },
          ]}
          value={text ? [text] : []}
          onChange={([chosen]) => onAnswer(chosen === 'true')}
        />
      );
  }
}
