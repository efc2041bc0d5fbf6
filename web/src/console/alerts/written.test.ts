import { expect, test } from 'vitest';
import { asSent, blankAlert, faults, type Written } from './written.ts';

const now = Date.parse('2026-11-23T18:00:00Z');
const flood: Written = {
  ...blankAlert(now),
  category: 'geo',
  severity: 'severe',
  headline: ' Crue de l’Arre ',
  description: 'L’eau monte.',
};

test('an alert holds for a day unless its author says otherwise', () => {
  expect(flood.until).toBe('2026-11-24T19:00');
  expect(faults(flood, now)).toEqual({});
  expect(asSent(flood)).toEqual({
    category: 'geo',
    severity: 'severe',
    headline: 'Crue de l’Arre',
    description: 'L’eau monte.',
    expires: '2026-11-24T18:00:00Z',
  });
});

test('what is missing or too long is named', () => {
  expect(faults({ ...blankAlert(now), until: '' }, now)).toEqual({
    category: 'missing',
    severity: 'missing',
    headline: 'blank',
    description: 'blank',
    expires: 'missing',
  });
  const [headline, instruction, description] = ['é'.repeat(161), '🌊'.repeat(2001), 'a'.repeat(2001)];
  expect(faults({ ...flood, headline, instruction, description }, now)).toEqual({
    headline: 'too_long',
    instruction: 'too_long',
    description: 'too_long',
  });
  expect(faults({ ...flood, headline: 'é'.repeat(160), instruction: '🌊'.repeat(2000) }, now)).toEqual({});
});

test('it ends later than now, and within seven days', () => {
  expect(faults({ ...flood, until: '2026-11-23T19:00' }, now)).toEqual({ expires: 'out_of_range' });
  expect(faults({ ...flood, until: '2026-11-30T19:00' }, now)).toEqual({});
  expect(faults({ ...flood, until: '2026-11-30T19:01' }, now)).toEqual({ expires: 'out_of_range' });
});
