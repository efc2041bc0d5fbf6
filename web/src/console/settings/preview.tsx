// The form as residents will see it for a category: the same fields, which take nothing.

import { t } from '../../texts/index.ts';
import { TextArea } from '../../ui/form.tsx';
import { Questions } from '../../ui/questions.tsx';
import { theirs } from '../../ui/their.tsx';
import type { Category } from './desk.ts';
import { withoutEmptyLines } from './options.ts';
import { d } from './texts/index.ts';

const nothing = () => {};
const NONE = {};

export function FormPreview({ category }: { category: Category }) {
  const p = d.preview;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by itself, and nothing in it takes the focus
    <aside class="card form-preview" aria-label={p.title} tabIndex={0}>
      <p class="small">{p.title}</p>
      <fieldset disabled>
        <legend lang={category.name ? theirs() : undefined}>{category.name || p.unnamed}</legend>
        <TextArea
          label={t.report.description.problem}
          hint={t.report.descriptionHint.problem}
          value=""
          onText={nothing}
        />
        <Questions
          questions={category.questions.map(withoutEmptyLines)}
          answers={NONE}
          onAnswer={nothing}
          errors={NONE}
          unnamed={p.unnamed}
        />
      </fieldset>
      <ul class="small">
        <li>{category.photo_required ? p.photoNeeded : p.photoWelcome}</li>
        <li>{d.categories.promise(category.expected.days, category.expected.calendar)}</li>
        {category.archived && <li>{p.archived}</li>}
      </ul>
    </aside>
  );
}
