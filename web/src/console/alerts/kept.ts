// Alerts that were begun and not sent: kept while the console is open, whichever link is followed.

import { blankAlert, type Written } from './written.ts';

/** By commune. */
const kept = new Map<string, Written>();

addEventListener('beforeunload', (event) => {
  if (kept.size > 0) event.preventDefault();
});

export const keptAlert = (commune: string): Written => kept.get(commune) ?? blankAlert();
export const keepAlert = (commune: string, alert: Written) => void kept.set(commune, alert);
export const dropAlert = (commune: string) => void kept.delete(commune);

/** Forgets everything that is typed: somebody else may be next. */
export const forgetAlerts = () => kept.clear();
