// An alert that is being written, what is wrong with it, and what is sent of it.

import type { Schemas } from '../../api/client.ts';
import { HEADLINE, WORDS } from '../../ui/alerts.ts';
import { localOf, momentOf, told } from '../../ui/paris.ts';

export interface Written {
  /** Its Idempotency-Key: a double click or a lost answer sends one. */
  key: string;
  category: Schemas['AlertCategory'] | '';
  severity: Schemas['Severity'] | '';
  headline: string;
  instruction: string;
  description: string;
  /** Until when it holds, as its field has it. */
  until: string;
}

const HOUR = 3_600_000;
/** As the platform has it unless told otherwise, and the most that it takes (alert.rs). */
const USUAL = 24 * HOUR;
const LONGEST = 7 * 24 * HOUR;

/** One that nobody has begun, until the usual time. */
export const blankAlert = (now = Date.now()): Written => ({
  key: crypto.randomUUID(),
  category: '',
  severity: '',
  headline: '',
  instruction: '',
  description: '',
  until: localOf(now + USUAL),
});

/** What is wrong with it, by the platform's names of field and rule. */
export function faults(alert: Written, now = Date.now()): Partial<Record<keyof Schemas['NewAlert'], string>> {
  const wrong: ReturnType<typeof faults> = {};
  const ends = momentOf(alert.until);
  if (!alert.category) wrong.category = 'missing';
  if (!alert.severity) wrong.severity = 'missing';
  if (!alert.headline.trim()) wrong.headline = 'blank';
  else if (long(alert.headline, HEADLINE)) wrong.headline = 'too_long';
  if (long(alert.instruction, WORDS)) wrong.instruction = 'too_long';
  if (!alert.description.trim()) wrong.description = 'blank';
  else if (long(alert.description, WORDS)) wrong.description = 'too_long';
  if (Number.isNaN(ends)) wrong.expires = 'missing';
  else if (ends <= now || ends > now + LONGEST) wrong.expires = 'out_of_range';
  return wrong;
}

const long = (words: string, most: number) => [...words.trim()].length > most;

/** What is sent: the same each time, or it would be another alert. Only where nothing is wrong. */
export const asSent = (alert: Written): Schemas['NewAlert'] => ({
  category: alert.category || 'other',
  severity: alert.severity || 'unknown',
  headline: alert.headline.trim(),
  description: alert.description.trim(),
  ...(alert.instruction.trim() ? { instruction: alert.instruction.trim() } : {}),
  expires: told(momentOf(alert.until)),
});
