// Days as they are in Paris, in summer and in winter; each is written `2026-11-22`.

const DATE = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Paris' });
const HOUR = 3_600_000;

/** The day that a moment is in. */
export const dayOf = (at = Date.now()) => DATE.format(at);

/** The day so many days after another; they are counted, whatever their hours. */
export const daysAfter = (day: string, days: number) =>
  new Date(Date.parse(day) + days * 24 * HOUR).toISOString().slice(0, 10);

/** When a day begins. */
export function midnight(day: string): number {
  // Two hours before UTC in summer, one in winter.
  const summer = Date.parse(day) - 2 * HOUR;
  return dayOf(summer) === day ? summer : summer + HOUR;
}

/** The last second of a day, as the platform is told it. */
export const endOf = (day: string) => told(midnight(daysAfter(day, 1)) - 1000);

/** A moment as a field for day and time has it: `2026-11-22T18:05`. */
export const localOf = (at: number) =>
  new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Paris', dateStyle: 'short', timeStyle: 'short' })
    .format(at)
    .replace(' ', 'T');

/** The moment that such a field means, the first where clocks go back; NaN while it has none. */
export function momentOf(local: string): number {
  const summer = Date.parse(`${local}Z`) - 2 * HOUR;
  return Number.isNaN(summer) || localOf(summer) === local ? summer : summer + HOUR;
}

/** A moment as the platform is told it. */
export const told = (at: number) => new Date(at).toISOString().replace('.000', '');
