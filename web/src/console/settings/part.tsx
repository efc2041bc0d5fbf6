// A form for one part of the settings. What is typed is kept while the console is open, whichever link is followed; another
// administrator's change of the same part is shown and never written over unasked.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ProblemError } from '../../api/client.ts';
import { t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Form } from '../../ui/form.tsx';
import { useLoad } from '../../ui/load.ts';
import { Loading, Page, words } from '../../ui/page.tsx';
import {
  type Held,
  lastHand,
  type Part,
  putSettings,
  readSettings,
  type Settings,
  same,
  undoSettings,
} from './desk.ts';
import { d } from './texts/index.ts';
import { drafts } from './unsaved.ts';

export interface Edit<T> {
  value: T;
  set: (value: T) => void;
  /** What is wrong with the field at this path of the settings. */
  error: (path: string) => string | null;
  /** The settings with what is typed here. */
  settings: Settings;
  changed: boolean;
}

/** Screens that show settings; each is told when a change was taken back from elsewhere. */
const shown = new Set<() => void>();

/** Whether something of that part is not saved. */
export const unsaved = (commune: string, name: string) => drafts.has(`${commune}|${name}`);

interface PartProps<T> {
  commune: string;
  /** Names the part in this console: its address. */
  name: string;
  part: Part<T>;
  children: (edit: Edit<T>) => ComponentChildren;
  /** After it was saved. */
  saved?: ((held: Held) => void) | undefined;
  beside?: ComponentChildren;
  /** What has to be true before it is sent: the paths and words of what is not. */
  check?: ((value: T) => Record<string, string>) | undefined;
}

/** Loads the settings, then the form. */
export function PartPage<T>(
  props: PartProps<T> & {
    title: string;
    lead?: string;
    up?: { href: string; label: string };
    below?: ComponentChildren;
  },
) {
  const { title, lead, up, below, ...rest } = props;
  const loaded = useLoad(`settings ${props.commune} ${props.name}`, () => readSettings(props.commune));
  const { reload } = loaded;
  useEffect(() => {
    shown.add(reload);
    return () => {
      shown.delete(reload);
    };
  }, [reload]);
  const back = up ?? { href: `/${props.commune}/console/settings`, label: d.settings.title };
  return (
    <Page title={title} where={d.settings.title} {...(lead ? { lead } : {})} class="desk">
      <p class="up">
        <a href={back.href}>← {back.label}</a>
      </p>
      <Loading of={loaded}>{(held) => <PartForm key={props.name} {...rest} held={held} />}</Loading>
      {below}
    </Page>
  );
}

/** The form; `held` is what it begins with. */
export function PartForm<T>({ held, ...props }: PartProps<T> & { held: Held }) {
  const { commune, part } = props;
  const key = `${commune}|${props.name}`;
  const [kept] = useState(() => drafts.get(key) as { from: Held; value: T } | undefined);
  const [from, setFrom] = useState(kept?.from ?? held);
  const [value, setValue] = useState<T>(kept?.value ?? part.read(held.settings));
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [missing, setMissing] = useState<Record<string, string>>({});
  const [conflict, setConflict] = useState<{ now: Held; by: string | null } | null>(null);
  const changed = !same(value, part.read(from.settings));
  useEffect(() => {
    if (changed) drafts.set(key, { from, value });
    else drafts.delete(key);
  }, [key, changed, from, value]);

  const begin = (now: Held) => {
    setFrom(now);
    setValue(part.read(now.settings));
    setProblem(null);
    setMissing({});
    setConflict(null);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was read anew is taken, and only over nothing typed
  useEffect(() => {
    if (held.version > from.version && !changed) begin(held);
  }, [held]);
  const undo = (version: number) => async () => {
    try {
      begin(await undoSettings(commune, version));
      for (const reload of shown) reload();
      announce(d.settings.undone);
    } catch (error) {
      const late = error instanceof ProblemError && error.status === 412;
      announce(late ? d.settings.undoTooLate : words(error as Error));
    }
  };
  const submit = async () => {
    const wrong = props.check?.(value) ?? {};
    setMissing(wrong);
    if (Object.keys(wrong).length > 0) throw problemOf(wrong);
    setProblem(null);
    const now = await save();
    if (!now) return;
    drafts.delete(key);
    begin(now);
    if (now.version === from.version) return announce(d.settings.nothingNew);
    announce(t.common.saved, { label: t.common.undo, run: undo(now.version) });
    props.saved?.(now);
  };
  /** Saves; null if somebody else changed the same part. What others changed elsewhere stays. */
  const save = async (): Promise<Held | null> => {
    let base = from;
    for (let turn = 0; ; turn++) {
      try {
        return await putSettings(commune, part.write(base.settings, value), base.version);
      } catch (error) {
        if (!(error instanceof ProblemError) || error.status !== 412 || turn === 3) throw error;
        const now = await readSettings(commune);
        if (!same(part.read(now.settings), part.read(from.settings))) {
          setConflict({ now, by: await lastHand(commune).catch(() => null) });
          return null;
        }
        base = now;
      }
    }
  };
  // What this form found missing is not said any more once it is there.
  const error = (path: string) => (missing[path] && props.check?.(value)[path]) || (problem?.field(path) ?? null);
  return (
    <>
      {kept && changed && !conflict && <p class="notice">{d.settings.draftKept}</p>}
      <Form
        submit={submit}
        button={t.common.save}
        onError={(e) => setProblem(e instanceof ProblemError ? e : null)}
        class={changed ? 'part changed' : 'part'}
        beside={
          <>
            {changed && (
              <button type="button" onClick={() => begin(from)}>
                {d.settings.discard}
              </button>
            )}
            {props.beside}
            <span class="unsaved" role="status">
              {changed ? d.settings.unsaved : ''}
            </span>
          </>
        }
      >
        {props.children({ value, set: setValue, error, settings: part.write(from.settings, value), changed })}
        {conflict && (
          <div class="notice warn" role="alert">
            <p>{d.settings.conflict(conflict.by)}</p>
            <div class="actions">
              <button
                type="button"
                onClick={() => {
                  setFrom(conflict.now);
                  setConflict(null);
                  announce(d.settings.mineKept);
                }}
              >
                {d.settings.keepMine}
              </button>
              <button type="button" onClick={() => begin(conflict.now)}>
                {d.settings.takeTheirs}
              </button>
            </div>
          </div>
        )}
      </Form>
    </>
  );
}

/** What the form itself found wrong, as the platform would say it. */
function problemOf(wrong: Record<string, string>): ProblemError {
  const errors = Object.entries(wrong).map(([field, detail]) => ({ field, code: 'missing', detail }));
  return new ProblemError({ type: 'urn:parvis:problem:invalid', title: '', status: 422, detail: '', errors });
}

/** What was typed there is not wanted any more. */
export function forgetDraft(commune: string, name: string) {
  drafts.delete(`${commune}|${name}`);
}
