import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shared as en } from './en.ts';
import { shared as fr } from './fr.ts';

// What somebody agreed to is kept with the platform's words; they have to be those that were shown.
const kept = (language: string) =>
  readFileSync(new URL(`../../../shared/domain/src/texts/${language}.ftl`, import.meta.url), 'utf8')
    .match(/^sms-consent = (.+)$/m)?.[1]
    ?.replaceAll(/\s/g, ' ');

test.each([
  ['fr', fr.report.smsConsent],
  ['en', en.report.smsConsent],
])('the agreement to text messages is the platform’s (%s)', (language, shown) => {
  expect(shown.replaceAll(/\s/g, ' ')).toBe(kept(language));
});
