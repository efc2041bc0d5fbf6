import { expect, test } from 'vitest';
import { alertText, noticeText } from './notice-text.ts';

const told = { status: 'scheduled', comment: false, note: '', scheduledFor: '2026-12-01', excerpt: 'Un trou' } as const;

test('a notice says the step with its date, then the words or a plain sentence', () => {
  expect(noticeText('fr', told).line).toBe('Planifié pour le mardi 1er décembre 2026 : L’intervention est planifiée.');
  expect(noticeText('en', { ...told, note: ' Soon. ' }).line).toBe('Scheduled for Tuesday 1 December 2026: Soon.');
  expect(noticeText('fr', { ...told, status: 'in_progress' }).line).toBe('En cours : La commune s’en occupe.');
});

test('an answer says where the report stands', () => {
  const answer = { ...told, status: 'under_review', comment: true, note: 'Oui.' } as const;
  expect(noticeText('fr', answer).line).toBe('Nouveau message (À l’étude) : Oui.');
});

test('a long report is shortened, and what looks like a placeholder stays as it was written', () => {
  const { about } = noticeText('fr', { ...told, excerpt: `{ $x } ${'mot '.repeat(40)}` });
  expect(about).toMatch(/^Au sujet de : « \{ \$x \} mot .*… »$/);
  expect(noticeText('fr', { ...told, note: '{ $status }' }).line).toContain(': { $status }');
});

test('an alert says what to do first, and is cut at a word where a phone has no room', () => {
  const flood = { headline: ' Crue ', instruction: 'Montez à l’étage.', description: 'L’eau monte.' };
  expect(alertText('fr', flood, 'https://x/1')).toEqual({
    title: 'Alerte : Crue',
    body: 'Montez à l’étage.\nL’eau monte.\nhttps://x/1',
  });
  expect(alertText('fr', { ...flood, instruction: ' ' }, 'https://x/1').body).toBe('L’eau monte.\nhttps://x/1');
  const { body } = alertText('fr', { ...flood, description: 'été '.repeat(490) }, 'https://x/1');
  expect(body).toMatch(/ été…$/);
  expect(new TextEncoder().encode(body).length).toBeGreaterThan(2490);
  expect(new TextEncoder().encode(JSON.stringify(body)).length).toBeLessThanOrEqual(2502);
});
