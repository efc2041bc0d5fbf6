// Phone numbers, addresses and codes as people type them, and what the platform says about them in the reader's words.

import { useState } from 'preact/hooks';
import { ProblemError, type Schemas } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { refused } from '../ui/refused.ts';

export type Contact = Schemas['Contact'];

export { refused };

export const isEmail = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text.trim());

/** A number as people group it; which country and what kind it is, the platform looks at. */
export const isPhone = (text: string) => /^\+?\d{8,15}$/.test(text.replace(/[\s.\-()/\u00a0\u202f]/g, ''));

/** The contact that somebody typed; throws what is wrong with it, at the field `contact`. */
export function readContact(typed: string): Contact {
  const words = t.resident.contact;
  const text = typed.trim();
  if (!text) throw refused('contact', words.missing);
  if (text.includes('@')) {
    if (!isEmail(text)) throw refused('contact', words.email);
    return { email: text };
  }
  if (!isPhone(text)) throw refused('contact', words.phone);
  return { phone: text };
}

/** Six digits; throws what is wrong, at the field of that name. */
export function readCode(typed: string, field = 'code'): string {
  const digits = typed.replace(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) throw refused(field, t.resident.code.malformed);
  return digits;
}

/** What the platform refuses about a contact or a code, at the form's field: it says why in the reader's words. */
export function inWords(error: unknown, field = 'code'): unknown {
  if (!(error instanceof ProblemError)) return error;
  if (error.code === 'code_refused') return refused(field, error.problem.detail);
  const about = error.problem.errors?.find((e) => e.field.startsWith('contact'));
  return about ? refused('contact', about.detail) : error;
}

/** The last error of a form, and what of it belongs to a field. */
export function useErrors() {
  const [error, set] = useState<Error | null>(null);
  const at = (field: string) => (error instanceof ProblemError ? error.field(field) : null);
  return { at, set, clear: () => set(null) };
}
