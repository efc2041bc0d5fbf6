// What may be chosen, typed one a line: ids stay with the words they belong to.

import type { Schemas } from '../../api/client.ts';
import { idFor } from './desk.ts';

/** Empty lines among the options are no options. */
export function withoutEmptyLines(question: Schemas['Question']): Schemas['Question'] {
  const { kind } = question;
  if (!('options' in kind)) return question;
  return { ...question, kind: { ...kind, options: kind.options.filter((option) => option.label.trim() !== '') } };
}

/** One option a line. A line that was there keeps its id, and so its answers; a corrected one keeps the id of its place. */
export function optionsOf(text: string, before: readonly Schemas['QuestionOption'][]): Schemas['QuestionOption'][] {
  const lines = text.split('\n');
  const used = new Set<string>();
  const claimed = lines.map((line) => before.find((o) => o.label === line)?.id);
  return lines.map((label, at) => {
    let id = claimed[at];
    const ofPlace = before.length === lines.length ? before[at]?.id : undefined;
    if (!id && ofPlace && !claimed.includes(ofPlace)) id = ofPlace;
    if (!id || used.has(id)) id = idFor(label || 'option', [...used, ...before.map((o) => o.id)], 'o');
    used.add(id);
    return { id, label };
  });
}
