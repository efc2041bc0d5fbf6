// How the states of screens.ts are reached: by what is pressed and filled in every language, and by answers that fail.

import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Presses the button of this name. */
export const press = (name: RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

/** Opens all that folds, as far as it is on the screen itself. */
export const unfold = (page: Page) =>
  page.evaluate(() => {
    for (const fold of document.querySelectorAll('main details')) (fold as HTMLDetailsElement).open = true;
  });

/** Sends the form as it is, so that it says what is wrong. */
export const sendEmpty = (page: Page, within = 'main') =>
  page.locator(within).locator('form button[type=submit]').first().click();

/** The same of a dialog's, once it is open. */
export const sendEmptyDialog = (page: Page) => sendEmpty(page, 'dialog[open]');

/** The platform is down for calls like this. */
export const failing =
  (calls: string, status = 503, type = 'unavailable') =>
  async (page: Page) => {
    await page.route(calls, (route) =>
      route.fulfill({
        status,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: `urn:parvis:problem:${type}`,
          title: '…',
          status,
          detail: '…',
          request_id: '01a00000-0000-7000-8000-000000000000',
        }),
      }),
    );
  };

/** The box or round button of this value. */
export const tick = (page: Page, value: string) =>
  page.locator(`input[value=${value}]`).locator('xpath=ancestor::label[1]').click();

/** Begins to work on a report, and does not wait ten seconds. */
export async function sendNow(page: Page) {
  await tick(page, 'in_progress');
  await page.locator('.treatment form button[type=submit]').click();
  await page.locator('.pending .undo + button').click();
  await expect(page.locator('.pending-one:not(.counting, .sending)')).toBeVisible();
}
