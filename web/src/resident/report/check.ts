// What a report still lacks, found on the device and in the reader's language; the platform's own refusals in the same words.

import type { Schemas } from '../../api/client.ts';
import type { Content } from '../../offline/drafts.ts';
import { t } from '../../texts/index.ts';
import type { Commune } from '../commune.ts';
import { isEmail, isPhone } from '../contact.ts';
import { whereIs } from './geo.ts';

/** By field: `photos`, `category`, `place`, `description`, `answers.<question>`, `contact`. */
export type Errors = Record<string, string>;

export const MOST_PHOTOS = 6;
export const LONGEST = 4000;

export const needsPlace = (kind: Schemas['Kind']) => kind === 'problem' || kind === 'observation';
export const needsCategory = (kind: Schemas['Kind']) => kind === 'problem';
/** Thanks and views are not sorted by what they are about. */
export const hasCategory = (kind: Schemas['Kind']) => kind !== 'praise' && kind !== 'opinion';

export const categoryOf = (commune: Commune, content: Content): Schemas['CategoryView'] | null =>
  (hasCategory(content.kind) && commune.categories.find((c) => c.id === content.category && !c.archived)) || null;

/** The content as it is sent: only the answers that its category asks for, numbers as numbers, no category where none belongs. */
export function tidy(commune: Commune, content: Content): Content {
  const category = categoryOf(commune, content);
  const answers: Record<string, unknown> = {};
  for (const question of category?.questions ?? []) {
    const answer = value(question, content.answers[question.id]);
    if (answer !== null) answers[question.id] = answer;
  }
  return { ...content, category: category?.id ?? null, answers };
}

/** An answer as the platform takes it; null for none. */
function value({ kind }: Schemas['Question'], given: unknown): unknown {
  if (kind.type === 'number') {
    const text = String(given ?? '').trim();
    return text ? Number(text.replace(',', '.')) : null;
  }
  if (kind.type === 'text') return String(given ?? '').trim() || null;
  if (kind.type === 'choices') return Array.isArray(given) && given.length > 0 ? given : null;
  return given ?? null;
}

/** Everything that is wrong; `content` is tidy. */
export function wrongIn(commune: Commune, content: Content, photos: number, guest: boolean): Errors {
  const errors: Errors = {};
  const { kind, description, place, contact, answers } = content;
  const category = categoryOf(commune, content);
  const length = [...description.trim()].length;
  if (photos > MOST_PHOTOS) errors.photos = t.report.tooManyPhotos(MOST_PHOTOS);
  if (photos === 0 && category?.photo_required) errors.photos = t.report.photoRequired;
  if (!category && needsCategory(kind)) errors.category = t.report.categoryRequired;
  // Words alone would get lost: a place is a point.
  if (!place && (needsPlace(kind) || content.address.trim())) errors.place = t.report.placeRequired;
  if (place && whereIs(commune.boundary, place) === 'outside') errors.place = t.report.outside(commune.name);
  if (length === 0) errors.description = t.report.descriptionRequired;
  if (length > LONGEST) errors.description = t.report.tooLong(LONGEST);
  for (const question of category?.questions ?? []) {
    const wrong = wrongAnswer(question, answers[question.id] ?? null);
    if (wrong) errors[`answers.${question.id}`] = wrong;
  }
  if (guest) {
    if (contact.by === 'phone' && !isPhone(contact.value)) errors.contact = t.report.phoneWrong;
    if (contact.by === 'email' && !isEmail(contact.value)) errors.contact = t.report.emailWrong;
  }
  return errors;
}

function wrongAnswer({ kind, required }: Schemas['Question'], answer: unknown): string | null {
  if (answer === null) return required ? t.report.answerMissing : null;
  if (kind.type === 'text' && [...String(answer)].length > kind.max) return t.report.tooLong(kind.max);
  if (kind.type !== 'number') return null;
  const number = answer as number;
  if (!Number.isFinite(number)) return t.report.notANumber;
  const [low, high] = [kind.min ?? null, kind.max ?? null];
  return (low !== null && number < low) || (high !== null && number > high) ? t.report.range(low, high) : null;
}

/** The platform's refusals of fields, in the reader's words where they are known. */
export function refusedFields(commune: Commune, errors: Schemas['FieldError'][]): Errors {
  const said: Errors = {};
  for (const { field, code, detail } of errors) {
    const name = field.startsWith('answers.') ? field : (field.split('.')[0] ?? field);
    said[name] ??= inWords(commune, name, code) ?? detail;
  }
  return said;
}

function inWords(commune: Commune, field: string, code: string): string | null {
  switch (code) {
    case 'outside_boundary':
      return t.report.outside(commune.name);
    case 'photo_required':
      return t.report.photoRequired;
    case 'contact_required':
      return t.report.contactRequired;
    case 'country_not_allowed':
      return t.report.countryNotAllowed;
    case 'not_a_mobile':
      return t.report.notAMobile;
    case 'category_archived':
    case 'category_unknown':
      return t.report.categoryGone;
    case 'kind_switched_off':
      return t.report.kindGone;
    case 'answer_missing':
      return t.report.answerMissing;
    case 'question_unknown':
      return t.report.questionsChanged;
  }
  if (field === 'contact') return t.report.contactWrong;
  return field.startsWith('answers.') ? t.report.answerWrong : null;
}
