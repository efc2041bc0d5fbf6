// Categories: their list, and one of them with the form as residents will see it.

import { useMemo, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';

import { Check, Choices, Field, Select, TextField } from '../../ui/form.tsx';
import { type Category, idFor, oneOf, type Settings, useCommuneId } from './desk.ts';
import { Explained } from './general.tsx';
import { ListScreen } from './lists.tsx';
import { withoutEmptyLines } from './options.ts';
import { PartPage } from './part.tsx';
import { FormPreview } from './preview.tsx';
import { Questions } from './questions.tsx';
import { Remove } from './remove.tsx';
import { d } from './texts/index.ts';

const BLANK: Category = {
  id: '',
  name: '',
  questions: [],
  expected: { days: 10, calendar: 'working' },
  similar_radius_m: 250,
  visibility: 'public',
  photo_required: false,
  archived: false,
};

export function Categories() {
  const c = d.categories;
  return (
    <ListScreen
      list="categories"
      title={c.title}
      lead={c.lead}
      add={c.add}
      empty={c.empty}
      about={(settings, at) => {
        const category = settings.categories[at];
        if (!category) return null;
        const service = serviceOf(settings, category);
        return [c.promise(category.expected.days, category.expected.calendar), service].filter(Boolean).join(' · ');
      }}
    />
  );
}

/** Where reports of the category go when nothing but the category decides. */
function serviceOf(settings: Settings, category: Category): string {
  const rule = settings.routing.find(
    (r) => (!r.category || r.category === category.id) && !r.zone && (!r.kind || r.kind === 'problem'),
  );
  const id = rule?.service ?? settings.default_service;
  return settings.services.find((s) => s.id === id)?.name ?? id;
}

export function CategoryScreen() {
  const commune = useCommuneId();
  const { route } = useLocation();
  // Of the route and not of the address, which is the next screen's while this one still shows.
  const id = useRoute().params.id ?? '';
  const fresh = id === 'new';
  const part = useMemo(() => {
    const one = oneOf('categories', fresh ? null : id, BLANK);
    return {
      read: (settings: Settings) => one.read(settings) as Category,
      write: (settings: Settings, value: Category) => {
        const taken = settings.categories.map((c) => c.id);
        const id = fresh ? idFor(value.name, taken, 'c') : value.id;
        return one.write(settings, { ...value, id, questions: value.questions.map(withoutEmptyLines) });
      },
    };
  }, [id, fresh]);
  const list = `/${commune}/console/settings/categories`;
  const c = d.categories;
  return (
    <PartPage
      commune={commune}
      name={`categories/${id}`}
      part={part}
      title={fresh ? c.newOne : c.one}
      up={{ href: list, label: c.title }}
      check={(value) => (value.name.trim() ? {} : { 'category.name': d.rules.malformed_name })}
      saved={() => route(list)}
      beside={fresh ? null : <Remove commune={commune} list="categories" id={id} back={list} />}
    >
      {({ value, set, settings, error }) => {
        if (!fresh && !value.id) return <p>{d.lists.gone}</p>;
        const index = settings.categories.findIndex((one) => one.id === value.id || (fresh && one.name === value.name));
        const wrong = (field: string) => error(`category.${field}`) ?? error(`categories.${index}.${field}`);
        return <CategoryFields value={value} set={set} wrong={wrong} settings={settings} />;
      }}
    </PartPage>
  );
}

function CategoryFields(props: {
  value: Category;
  set: (value: Category) => void;
  wrong: (field: string) => string | null;
  settings: Settings;
}) {
  const { value, set, wrong } = props;
  const put = (change: Partial<Category>) => set({ ...value, ...change });
  const c = d.categories;
  return (
    <div class="beside">
      <div>
        <TextField
          label={c.name}
          hint={c.nameHint}
          maxLength={200}
          value={value.name}
          error={wrong('name')}
          onText={(name) => put({ name })}
        />
        <Select
          label={c.icon}
          optional
          empty={c.noIcon}
          value={value.icon ?? ''}
          options={icons(value.icon)}
          onText={(icon) => {
            const { icon: _, ...rest } = value;
            set(icon ? { ...rest, icon } : rest);
          }}
        />
        <fieldset class="field pair">
          <legend>{c.expected}</legend>
          <p class="hint">{c.expectedHint}</p>
          <Days
            label={c.days}
            value={value.expected.days}
            error={wrong('expected.days')}
            set={(days) => put({ expected: { ...value.expected, days } })}
          />
          <Select
            label={c.counting}
            value={value.expected.calendar}
            options={[
              { value: 'working', label: c.working },
              { value: 'calendar', label: c.calendar },
            ]}
            onText={(calendar) =>
              put({ expected: { ...value.expected, calendar: calendar === 'calendar' ? 'calendar' : 'working' } })
            }
          />
        </fieldset>
        <Choices
          label={c.visibility}
          options={[
            { value: 'public', label: c.public, hint: c.publicHint },
            { value: 'private', label: c.private, hint: c.privateHint },
            ...(['pending', 'hidden'] as const)
              .filter((v) => v === 'pending' || value.visibility === v)
              .map((v) => ({ value: v, label: c[v], hint: c[`${v}Hint`] })),
          ]}
          value={[value.visibility]}
          error={wrong('visibility')}
          onChange={([visibility]) => put({ visibility: (visibility ?? 'public') as Category['visibility'] })}
        />
        <Check
          label={<Explained label={c.photo} hint={c.photoHint} />}
          checked={value.photo_required}
          onChange={(photo_required) => put({ photo_required })}
        />
        <Days
          label={c.radius}
          hint={c.radiusHint}
          value={value.similar_radius_m}
          error={wrong('similar_radius_m')}
          set={(similar_radius_m) => put({ similar_radius_m })}
        />
        <Questions value={value.questions} set={(questions) => put({ questions })} wrong={wrong} />
        <Check
          label={<Explained label={d.lists.archive} hint={c.archiveHint} />}
          checked={value.archived}
          onChange={(archived) => put({ archived })}
        />
      </div>
      <FormPreview category={value} />
    </div>
  );
}

/** The set of the residents' app, and whatever the category has already. */
function icons(now: string | null | undefined) {
  const known = Object.entries(d.categories.icons).map(([value, label]) => ({ value, label: label as string }));
  return now && !known.some((k) => k.value === now) ? [...known, { value: now, label: now }] : known;
}

/** A whole number; while it is typed it may be empty. */
export function Days(props: {
  label: string;
  hint?: string;
  value: number;
  error: string | null;
  optional?: boolean;
  set: (value: number) => void;
}) {
  const [text, type] = useState<string | null>(null);
  const shown = text !== null && (Number(text) || 0) === props.value ? text : String(props.value);
  return (
    <Field label={props.label} hint={props.hint} error={props.error} {...(props.optional ? { optional: true } : {})}>
      {(tie) => (
        <input
          {...tie}
          type="text"
          inputMode="numeric"
          class="number"
          value={shown}
          onInput={(e) => {
            const digits = e.currentTarget.value.replace(/\D/g, '').slice(0, 9);
            e.currentTarget.value = digits;
            type(digits);
            props.set(Number(digits) || 0);
          }}
        />
      )}
    </Field>
  );
}
