// The words a resident is told a change with, from the platform's own texts (shared/domain/src/texts/*.ftl), so that what is
// shown before sending is what is sent.

import en from '../../../shared/domain/src/texts/en.ftl?raw';
import fr from '../../../shared/domain/src/texts/fr.ftl?raw';
import type { Schemas } from '../api/client.ts';

type Language = Schemas['Language'];

/** One-line messages: `id = text`. The longer ones are not needed here. */
const read = (file: string) =>
  new Map(
    file.split('\n').flatMap((line) => {
      const found = /^([a-z][\w-]*) = (.+)$/.exec(line);
      return found ? [[found[1] ?? '', found[2] ?? ''] as const] : [];
    }),
  );

const TEXTS: Record<Language, Map<string, string>> = { fr: read(fr), en: read(en) };

/** How much of the report a notice shows (texts.rs). */
const EXCERPT = 80;

function text(language: Language, id: string, fill: Record<string, string> = {}): string {
  const found = TEXTS[language].get(id);
  if (found === undefined) throw new Error(`no text ${id} in ${language}`);
  return found.replaceAll(/\{ \$(\w+) \}/g, (whole, name: string) => fill[name] ?? whole);
}

export interface Told {
  status: Schemas['Status'];
  /** An answer rather than a step. */
  comment: boolean;
  note: string;
  scheduledFor: string;
  excerpt: string;
}

/** The first line and what it is about, as in the e-mail; push and SMS begin with the same line. */
export function noticeText(language: Language, told: Told): { line: string; about: string } {
  const name = told.status.replaceAll('_', '-');
  const status =
    told.status === 'scheduled' && told.scheduledFor
      ? text(language, 'status-scheduled-for', { date: dateLabel(language, told.scheduledFor) })
      : text(language, `status-${name}`);
  const words = told.note.trim() || text(language, told.comment ? 'words-commented' : `words-${name}`);
  return {
    line: text(language, told.comment ? 'notice-comment-line' : 'notice-line', { status, words }),
    about: text(language, 'notice-about', { excerpt: shortened(told.excerpt) }),
  };
}

/** As many bytes as a push message has for its words (recipient.rs). */
const PUSH = 2500;

/** How phones show an alert: what to do first, then what is known, then the link. */
export function alertText(
  language: Language,
  alert: { headline: string; instruction: string; description: string },
  link: string,
): { title: string; body: string } {
  const lines = [alert.instruction.trim(), alert.description.trim(), link].filter(Boolean);
  return {
    title: text(language, 'alert-title', { headline: alert.headline.trim() }),
    body: inBytes(lines.join('\n'), PUSH),
  };
}

/** What fits, cut at a word; what JSON escapes counts twice. */
function inBytes(words: string, most: number): string {
  const size = (letter: string) => (/["\\\n\t]/.test(letter) ? 2 : new TextEncoder().encode(letter).length);
  const letters = [...words];
  if (letters.reduce((sum, letter) => sum + size(letter), 0) <= most) return words;
  let used = size('…');
  const over = letters.findIndex((letter) => {
    used += size(letter);
    return used > most;
  });
  const head = letters.slice(0, over).join('');
  return `${(/^(.+)\s/su.exec(head)?.[1] ?? head).trimEnd()}…`;
}

function dateLabel(language: Language, date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay() || 7;
  return text(language, 'date', {
    weekday: text(language, `weekday-${weekday}`),
    day: day === '01' && TEXTS[language].has('day-first') ? text(language, 'day-first') : String(Number(day)),
    month: text(language, `month-${Number(month)}`),
    year,
  });
}

function shortened(words: string): string {
  const line = [...words.split(/\s+/).filter(Boolean).join(' ')];
  return line.length <= EXCERPT
    ? line.join('')
    : `${line
        .slice(0, EXCERPT - 1)
        .join('')
        .trimEnd()}…`;
}
