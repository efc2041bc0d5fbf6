// Choosing a month of the last thirteen, for which usage is kept.

import { language } from '../texts/index.ts';
import { Select } from './form.tsx';

/** The last months as `2026-11`, newest first, as they are in Paris. */
export function months(now = new Date()): string[] {
  const paris = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris', year: 'numeric', month: '2-digit' });
  const [year, month] = paris.format(now).split('-').map(Number);
  return Array.from({ length: 13 }, (_, back) => {
    const of = (year ?? 0) * 12 + (month ?? 1) - 1 - back;
    return `${Math.floor(of / 12)}-${String((of % 12) + 1).padStart(2, '0')}`;
  });
}

/** `novembre 2026`. */
const monthName = (month: string) =>
  new Intl.DateTimeFormat(language(), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-15T12:00:00Z`),
  );

export const MonthSelect = (props: { label: string; value: string; set: (month: string) => void }) => (
  <Select
    label={props.label}
    value={props.value}
    options={months().map((one) => ({ value: one, label: monthName(one) }))}
    onText={props.set}
  />
);
