// What it is about: a tile with icon and name for each category.

import { useId } from 'preact/hooks';
import type { Schemas } from '../../api/client.ts';
import { t } from '../../texts/index.ts';
import { Their } from '../../ui/their.tsx';
import { CategoryIcon } from './icons.tsx';

export function CategoryField(props: {
  categories: Schemas['CategoryView'][];
  value: string | null;
  onChange: (category: string | null) => void;
  optional: boolean;
  error?: string | undefined;
}) {
  const id = useId();
  const { categories, value, onChange, optional, error } = props;
  return (
    <fieldset class="field categories" aria-describedby={error ? `${id}-error` : undefined}>
      <legend>
        {t.report.category} {optional && <span class="optional">({t.common.optional})</span>}
      </legend>
      <div class="tiles">
        {categories
          .filter((c) => !c.archived)
          .map((c) => (
            <label key={c.id} class="tile">
              <input
                class="sr"
                type="radio"
                name={id}
                value={c.id}
                checked={c.id === value}
                aria-invalid={error ? true : undefined}
                onChange={() => onChange(c.id)}
              />
              <CategoryIcon name={c.icon} />
              <Their>{c.name}</Their>
            </label>
          ))}
      </div>
      {optional && value && (
        <button type="button" class="link" onClick={() => onChange(null)}>
          {t.report.noCategory}
        </button>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
