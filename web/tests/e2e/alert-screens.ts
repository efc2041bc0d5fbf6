// The screens of danger alerts and their states, for the table of screens.ts.

import { failing, press, sendEmpty } from './reach.ts';
import type { Screen } from './screens.ts';

export const ALERTS: readonly Screen[] = [
  { name: 'alerts', path: (w) => `/${w.long.id}/alerts` },
  { name: 'alerts-none', path: (w) => `/${w.commune}/alerts` },
  {
    name: 'alerts-failed',
    path: (w) => `/${w.commune}/alerts`,
    before: failing('**/v1/*/alerts**'),
    errors: [/status of 503/],
  },
  { name: 'alert', path: (w) => `/${w.long.id}/alerts/${w.long.alert}` },
  { name: 'alert-over', path: (w) => `/${w.long.id}/alerts/${w.long.over}` },
  {
    name: 'alert-unknown',
    path: (w) => `/${w.commune}/alerts/01a00000-0000-7000-8000-000000000000`,
    errors: [/404/],
  },
  { name: 'console-alerts', who: 'staff', path: (w) => `/${w.commune}/console/alerts` },
  { name: 'long-console-alerts', who: 'long', path: (w) => `/${w.long.id}/console/alerts` },
  { name: 'empty-console-alerts', who: 'empty', path: (w) => `/${w.empty.id}/console/alerts` },
  { name: 'console-alerts-new', who: 'staff', path: (w) => `/${w.commune}/console/alerts/new` },
  {
    name: 'console-alerts-new-wrong',
    who: 'staff',
    path: (w) => `/${w.commune}/console/alerts/new`,
    reach: (page) => sendEmpty(page),
  },
  {
    name: 'console-alerts-new-send',
    who: 'staff',
    path: (w) => `/${w.commune}/console/alerts/new`,
    reach: async (page) => {
      for (const choice of await page.locator('main select').all()) await choice.selectOption({ index: 1 });
      await page.locator('main input[type=text]').fill('Crue de l’Arre');
      for (const words of await page.locator('main textarea').all()) await words.fill('L’eau monte.');
      await sendEmpty(page);
    },
  },
  { name: 'long-console-alert', who: 'long', path: (w) => `/${w.long.id}/console/alerts/${w.long.alert}` },
  { name: 'long-console-alert-over', who: 'long', path: (w) => `/${w.long.id}/console/alerts/${w.long.over}` },
  {
    name: 'long-console-alert-end',
    who: 'long',
    path: (w) => `/${w.long.id}/console/alerts/${w.long.alert}`,
    reach: press(/^Lever l’alerte|^End the alert/),
  },
];
