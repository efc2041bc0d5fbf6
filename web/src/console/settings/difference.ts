// What is different between two versions of the settings, in words: of lists with ids what was added, removed, renamed or
// changed and in which fields; of anything else before and after.

import { number, t } from '../../texts/index.ts';
import { type Settings, same } from './desk.ts';
import { d } from './texts/index.ts';

export interface Difference {
  /** What of the settings. */
  what: string;
  /** What happened to it, one thing a line. */
  lines: string[];
}

type Named = { id: string; name?: string; label?: string };

const LISTS = ['categories', 'services', 'zones'] as const;

export function differences(before: Settings, after: Settings): Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Settings)[];
  return keys
    .filter((key) => key !== 'outline' && !same(before[key], after[key]))
    .map((key) => ({ what: label(key), lines: lines(key, before, after) }));
}

/** As people call a field, or its own name where there is no word. */
export const label = (field: string): string => (d.fields as Record<string, string>)[field] ?? field;

function lines(key: keyof Settings, before: Settings, after: Settings): string[] {
  const list = LISTS.find((one) => one === key);
  if (list) return inLists(before[list], after[list]);
  if (key === 'boundary') return [d.history.outlineChanged];
  if (key === 'routing') return [d.history.rules(before.routing.length, after.routing.length)];
  const [was, is] = [before[key] as unknown, after[key] as unknown];
  if (isRecord(was) && isRecord(is)) {
    const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return fields
      .filter((f) => !same(was[f], is[f]))
      .map((f) => `${d.colon(label(f))}${change(was[f], is[f], before, after)}`);
  }
  return [change(was, is, before, after)];
}

/** What happened to a list of things with ids. */
export function inLists(before: readonly Named[], after: readonly Named[]): string[] {
  const name = (one: Named) => one.name ?? one.label ?? one.id;
  const added = after.filter((one) => !before.some((b) => b.id === one.id)).map((one) => d.history.added(name(one)));
  const removed = before
    .filter((one) => !after.some((a) => a.id === one.id))
    .map((one) => d.history.removed(name(one)));
  const changed = after.flatMap((one) => {
    const was = before.find((b) => b.id === one.id);
    if (!was || same(was, one)) return [];
    const [a, b] = [was as unknown as Record<string, unknown>, one as unknown as Record<string, unknown>];
    const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((f) => !same(a[f], b[f]));
    return [d.history.changed(name(was), fields.map((f) => `${label(f)} (${change(a[f], b[f])})`).join(', '))];
  });
  const kept = (list: readonly Named[], other: readonly Named[]) =>
    list.filter((one) => other.some((o) => o.id === one.id)).map((one) => one.id);
  const order = same(kept(before, after), kept(after, before)) ? [] : [d.history.reordered];
  return [...added, ...removed, ...changed, ...order];
}

function change(was: unknown, is: unknown, before?: Settings, after?: Settings): string {
  if (isLong(was) || isLong(is)) return d.history.rewritten;
  return d.history.fromTo(word(was, before), word(is, after));
}

/** A text of several lines, an outline, a list of lists: told as changed, not shown. */
const isLong = (value: unknown) =>
  (typeof value === 'string' && value.length > 120) ||
  (Array.isArray(value) && value.some((one) => typeof one === 'object')) ||
  (isRecord(value) && 'coordinates' in value);

function word(value: unknown, settings?: Settings): string {
  if (value === null || value === undefined || value === '') return d.history.nothing;
  if (typeof value === 'boolean') return value ? t.common.yes : t.common.no;
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return value.map((one) => word(one, settings)).join(', ') || d.history.nothing;
  if (isRecord(value))
    return Object.entries(value)
      .map(([f, v]) => `${label(f)} ${word(v)}`)
      .join(', ');
  const text = String(value);
  const known = { ...t.kind, ...d.general.country, ...d.general.module, ...d.history.words } as Record<string, string>;
  return known[text] ?? settings?.services.find((s) => s.id === text)?.name ?? `« ${text} »`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
