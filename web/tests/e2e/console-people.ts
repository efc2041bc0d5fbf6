// What stories of the console do alike.

import { Buffer } from 'node:buffer';
import type { Page } from '@playwright/test';
import { COMMUNE, code, messages } from './fixtures.ts';
import { expect, type Member, nextCode } from './staff.ts';

export const CONSOLE = `/${COMMUNE}/console`;

/** A picture that is at hand: any will do. */
export const PHOTO = {
  name: 'done.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAT0lEQVR42u3PQQkAAAgEsMvl21p2N4JvYbACS02/FgEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQGBywK+ZbDiObjnOAAAAABJRU5ErkJggg==',
    'base64',
  ),
};

/** A place inside the commune that no other story is at. */
export const spot = () => ({ longitude: 5.588 + Math.random() / 200, latitude: 43.668 + Math.random() / 200 });

/** What is on the screen; the whole page would be all that is open. */
export const look = (page: Page, name: string) =>
  page.screenshot({
    path: `test-results/screens/${name}-${(page.viewportSize()?.width ?? 0) < 600 ? 'phone' : 'desk'}.png`,
  });

/**
 * In pages that are opened from now on, the ten seconds in which a change can be taken back do not pass while the story looks at
 * them: a busy machine may need longer. What is answered lets those pass that begin later on this page.
 */
export async function holdSeconds(page: Page): Promise<() => Promise<void>> {
  await page.addInitScript(() => {
    const real = setTimeout;
    const here = globalThis as unknown as { setTimeout: typeof real; secondsPass?: true };
    here.setTimeout = ((act: () => void, wait = 0, ...rest: unknown[]) =>
      real(act, !here.secondsPass && wait > 9_000 && wait <= 10_000 ? 3_600_000 : wait, ...rest)) as typeof real;
  });
  return () => page.evaluate(() => void Object.assign(globalThis, { secondsPass: true }));
}

/** Signs in as somebody does, with both codes; the session is then the browser's own. */
export async function enter(page: Page, who: Member) {
  await page.goto(`${CONSOLE}/sign-in`);
  await page.getByLabel('Votre adresse électronique').fill(who.email);
  const seen = (await messages(page.request, who.email)).length;
  await page.getByRole('button', { name: 'Recevoir un code' }).click();
  await page.getByLabel('Code reçu').fill(await code(page.request, who.email, seen));
  await page.getByRole('button', { name: 'Continuer' }).click();
  await page.getByLabel('Code de votre application').fill(await nextCode(who));
  await page.getByRole('button', { name: 'Confirmer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('À traiter');
}

/** Where the menu is folded it is unfolded first. */
export async function signOut(page: Page) {
  const menu = page.getByRole('button', { name: 'Menu' });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
}
