// The form as residents will see it for a category: the same fields, which take nothing.

import type { Schemas } from '../../api/client.ts';
import { Choices, Select, TextArea, TextField } from '../../ui/form.tsx';
import { theirs } from '../../ui/their.tsx';
import type { Category } from './desk.ts';
import { d } from './texts/index.ts';

const nothing = () => {};

export function FormPreview({ category }: { category: Category }) {
  const p = d.preview;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by itself, and nothing in it takes the focus
    <aside class="card form-preview" aria-label={p.title} tabIndex={0}>
      <p class="small">{p.title}</p>
      <fieldset disabled>
        <legend lang={category.name ? theirs() : undefined}>{category.name || p.unnamed}</legend>
        {category.questions.map((q) => (
          <Asked key={q.id} question={q} />
        ))}
        <TextArea label={p.description} rows={2} value="" onText={nothing} />
      </fieldset>
      <ul class="small">
        <li>{category.photo_required ? p.photoNeeded : p.photoWelcome}</li>
        <li>{d.categories.promise(category.expected.days, category.expected.calendar)}</li>
        {category.archived && <li>{p.archived}</li>}
      </ul>
    </aside>
  );
}

function Asked({ question }: { question: Schemas['Question'] }) {
  const { kind, required } = question;
  const around = {
    label: question.label || d.preview.unnamed,
    labelLang: question.label ? theirs() : undefined,
    ...(required ? {} : { optional: true }),
  };
  if (kind.type === 'text') return <TextField {...around} value="" onText={nothing} />;
  if (kind.type === 'number') return <TextField {...around} type="number" value="" onText={nothing} />;
  if (kind.type === 'yes_no')
    return (
      <Choices
        {...around}
        value={[]}
        options={[
          { value: 'yes', label: d.preview.yes },
          { value: 'no', label: d.preview.no },
        ]}
        onChange={nothing}
      />
    );
  const options = kind.options.filter((o) => o.label).map((o) => ({ value: o.id, label: o.label, lang: theirs() }));
  if (kind.type === 'choice' && options.length > 5)
    return <Select {...around} value="" empty="" options={options} onText={nothing} />;
  return <Choices {...around} multiple={kind.type === 'choices'} value={[]} options={options} onChange={nothing} />;
}
