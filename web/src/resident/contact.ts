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

/** What the platform refuses about a contact or a code, at its field and in the reader's words. */
export function inWords(error: unknown, field = 'code'): unknown {
  // What this page found itself is in the reader's words already.
  if (!(error instanceof ProblemError) || error.worded) return error;
  if (error.code === 'code_refused') return refused(field, codeWords(error.problem.detail));
  const about = error.problem.errors?.find((e) => e.field.startsWith('contact'));
  if (!about) return error;
  const { phone, email, landline, country } = t.resident.contact;
  if (/country/.test(about.code) || /country/.test(about.detail)) return refused('contact', country);
  if (about.code === 'yours_already') return refused('contact', t.resident.me.contactYours);
  if (/mobile/.test(about.detail)) return refused('contact', landline);
  return refused('contact', about.field.endsWith('email') ? email : phone);
}

/** Why a code is refused; the platform says it in English only. */
function codeWords(detail: string): string {
  const words = t.resident.code;
  const left = /tries left: (\d+)/.exec(detail);
  if (left) return words.wrong(Number(left[1]));
  if (detail.includes('expired')) return words.expired;
  if (detail.includes('tried')) return words.tooOften;
  return words.none;
}

/** The last error of a form, and what of it belongs to a field. */
export function useErrors() {
  const [error, set] = useState<Error | null>(null);
  const at = (field: string) => (error instanceof ProblemError ? error.field(field) : null);
  return { at, set, clear: () => set(null) };
}
