import { expect, test } from 'vitest';
import { months } from './months.tsx';

test('thirteen months, newest first, as they are in Paris', () => {
  const list = months(new Date('2026-12-31T23:30:00Z'));
  expect(list).toHaveLength(13);
  expect([list[0], list[1], list[12]]).toEqual(['2027-01', '2026-12', '2026-01']);
});
