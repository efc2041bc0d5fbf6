// Fields with label, hint and error tied to them; a form that says all that is to correct, and moves focus there.

import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ProblemError } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { Failure, words } from './page.tsx';

interface Around {
  label: string;
  /** Where the label is not of the app's language. */
  labelLang?: string | undefined;
  /** How to fill it in; read with the field. */
  hint?: ComponentChildren;
  /** What is wrong with it. */
  error?: string | null | undefined;
  optional?: boolean;
}

/** The attributes that tie a control to its words. */
type Tie = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true; 'aria-required'?: true };

/** Label above, hint below it, then the control that `children` makes, then the error. */
export function Field(props: Around & { children: (tie: Tie) => ComponentChildren }) {
  const id = useId();
  const described = [props.hint ? `${id}-hint` : '', props.error ? `${id}-error` : ''].filter(Boolean).join(' ');
  const tie: Tie = { id };
  if (described) tie['aria-describedby'] = described;
  if (props.error) tie['aria-invalid'] = true;
  if (!props.optional) tie['aria-required'] = true;
  return (
    <div class="field">
      <label for={id}>
        <span lang={props.labelLang}>{props.label}</span>{' '}
        {props.optional && <span class="optional">({t.common.optional})</span>}
      </label>
      {props.hint && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.children(tie)}
      {props.error && (
        <p class="error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
    </div>
  );
}

/** What a control takes besides; the rest of its attributes is the field's. */
type Control = {
  type?: 'text' | 'tel' | 'email' | 'number' | 'date' | 'search' | 'url' | 'time' | 'color' | 'datetime-local';
  name?: string;
  maxLength?: number;
  inputMode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'email' | 'search' | 'url';
  autocomplete?: 'tel' | 'email' | 'one-time-code' | 'off' | 'name';
  placeholder?: string;
  rows?: number;
};

/** One line of text. `onText` gets what is in it. */
export function TextField(props: Around & Control & { value: string; onText: (value: string) => void }) {
  const { label, labelLang, hint, error, optional, onText, ...rest } = props;
  return (
    <Field label={label} labelLang={labelLang} hint={hint} error={error} {...(optional ? { optional } : {})}>
      {(tie) => (
        <input type="text" {...(rest as { value: string })} {...tie} onInput={(e) => onText(e.currentTarget.value)} />
      )}
    </Field>
  );
}

/** Several lines of text; with `limit` it says how many characters are left near the end. */
export function TextArea(props: Around & Control & { value: string; onText: (value: string) => void; limit?: number }) {
  const { label, labelLang, hint, error, optional, onText, limit, ...rest } = props;
  const left = limit === undefined ? Number.POSITIVE_INFINITY : limit - [...props.value].length;
  return (
    <Field label={label} labelLang={labelLang} hint={hint} error={error} {...(optional ? { optional } : {})}>
      {(tie) => (
        <>
          <textarea rows={4} {...rest} {...tie} onInput={(e) => onText(e.currentTarget.value)} />
          <p class="counter" aria-live="polite">
            {left <= 100 ? left : ''}
          </p>
        </>
      )}
    </Field>
  );
}

export interface Option {
  value: string;
  label: string;
  /** Where the label is not of the app's language. */
  lang?: string | undefined;
  hint?: string;
}

export function Select(
  props: Around & { value: string; options: readonly Option[]; onText: (value: string) => void; empty?: string },
) {
  return (
    <Field label={props.label} hint={props.hint} error={props.error} {...(props.optional ? { optional: true } : {})}>
      {(tie) => (
        <select {...tie} value={props.value} onChange={(e) => props.onText(e.currentTarget.value)}>
          {props.empty !== undefined && <option value="">{props.empty}</option>}
          {props.options.map((o) => (
            <option key={o.value} value={o.value} lang={o.lang}>
              {o.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** One or several of a few: radio buttons (`multiple` makes check boxes) under a legend. */
export function Choices(
  props: Around & {
    options: readonly Option[];
    value: readonly string[];
    onChange: (value: string[]) => void;
    multiple?: boolean;
    class?: string;
  },
) {
  const id = useId();
  const described =
    [props.hint ? `${id}-hint` : '', props.error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;
  const toggle = (value: string, on: boolean) =>
    props.onChange(
      props.multiple
        ? props.options.map((o) => o.value).filter((v) => (v === value ? on : props.value.includes(v)))
        : [value],
    );
  return (
    <fieldset class={`field choices ${props.class ?? ''}`} aria-describedby={described}>
      <legend>
        <span lang={props.labelLang}>{props.label}</span>{' '}
        {props.optional && <span class="optional">({t.common.optional})</span>}
      </legend>
      {props.hint && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.options.map((o) => (
        <label key={o.value} class="choice">
          <input
            type={props.multiple ? 'checkbox' : 'radio'}
            name={id}
            value={o.value}
            checked={props.value.includes(o.value)}
            aria-invalid={props.error ? true : undefined}
            onChange={(e) => toggle(o.value, e.currentTarget.checked)}
          />
          <span>
            <span lang={o.lang}>{o.label}</span>
            {o.hint && <small>{o.hint}</small>}
          </span>
        </label>
      ))}
      {props.error && (
        <p class="error" id={`${id}-error`}>
          {props.error}
        </p>
      )}
    </fieldset>
  );
}

export function Check(props: {
  label: ComponentChildren;
  checked: boolean;
  onChange: (on: boolean) => void;
  error?: string | null;
}) {
  const id = useId();
  return (
    <div class="field">
      <label class="choice">
        <input
          type="checkbox"
          checked={props.checked}
          aria-invalid={props.error ? true : undefined}
          aria-describedby={props.error ? id : undefined}
          onChange={(e) => props.onChange(e.currentTarget.checked)}
        />
        <span>{props.label}</span>
      </label>
      {props.error && (
        <p class="error" id={id}>
          {props.error}
        </p>
      )}
    </div>
  );
}

/**
 * A form whose `submit` may fail: while it runs the button waits; a failure is shown above the button, and focus goes to
 * the first field that is marked. The only failure, when it is said at its field, is not said again.
 */
export function Form(props: {
  submit: () => Promise<void>;
  button: string;
  children: ComponentChildren;
  beside?: ComponentChildren;
  onError?: (error: Error) => void;
  class?: string;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  /** How it is said beside the fields; where focus stays in the field, screen readers would not notice its words. */
  const [told, tell] = useState<'shown' | 'heard' | 'at its field'>('shown');
  useLayoutEffect(() => {
    if (!error || !form.current) return;
    const field = form.current.querySelector<HTMLElement>('[aria-invalid="true"], [aria-invalid=""]');
    const stays = field === document.activeElement;
    // Where nothing takes the focus, the words stand beside the button too, or whoever pressed it would see nothing happen.
    tell(!field || !saidAtField(form.current, error) ? 'shown' : stays ? 'heard' : 'at its field');
    field?.focus();
  }, [error]);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await props.submit();
    } catch (thrown) {
      props.onError?.(thrown as Error);
      setError(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  const fields = error instanceof ProblemError ? (error.problem.errors?.length ?? 0) : 0;
  return (
    <form ref={form} class={props.class} onSubmit={submit} noValidate>
      {props.children}
      {error && told !== 'at its field' && (
        <div class={told === 'heard' ? 'sr' : undefined}>
          {fields > 0 ? <FieldErrors error={error as ProblemError} /> : <Failure error={error} />}
        </div>
      )}
      <div class="actions">
        <button type="submit" class="main" aria-busy={busy} aria-disabled={busy}>
          {busy ? t.common.loading : props.button}
        </button>
        {props.beside}
      </div>
    </form>
  );
}

/** Whether the form's only mark says all that went wrong: in the same words, or there is but one field it can be about. */
function saidAtField(form: HTMLFormElement, error: Error): boolean {
  const marks = form.querySelectorAll('.error');
  if (marks.length !== 1 || !(error instanceof ProblemError)) return false;
  const [first, more] = error.problem.errors ?? [];
  if (more) return false;
  if (error.status < 500 && !error.retryAfter && form.querySelectorAll('input, select, textarea').length === 1)
    return true;
  return (first ? [first.detail] : [words(error), error.message]).includes(marks[0]?.textContent ?? '');
}

/** Every field that a rule refuses, also those that no control of the form stands for. */
function FieldErrors({ error }: { error: ProblemError }) {
  const errors = error.problem.errors ?? [];
  return (
    <div class="notice bad" role="alert">
      <p>{t.common.fixErrors(errors.length)}</p>
      <ul>
        {errors.map((e) => (
          <li key={e.field + e.code}>{e.detail}</li>
        ))}
      </ul>
    </div>
  );
}
