// What an account leaves on the device it was used on: nothing, once it signed out.

import { report, resident } from '../world.mjs';
import { COMMUNE, expect, freshEmail } from './fixtures.ts';
import { noTiles, settled, signedIn, test } from './screens.ts';
import { traces } from './traces.ts';

test('who signs out leaves nothing on the device', async ({ page, baseURL }, info) => {
  test.skip(info.project.name !== 'phone', 'no matter of size');
  const origin = baseURL ?? '';
  const email = freshEmail('traces');
  const session = await resident(origin, COMMUNE, email);
  const { id } = await report(origin, session, []);
  await noTiles(page);
  await signedIn(page, session);
  for (const path of ['', `reports/${id}`, 'reports', 'me']) {
    await page.goto(`/${COMMUNE}/${path}`);
    await settled(page);
  }
  const secrets = [email, session.account.id, session.access_token];
  await expect.poll(() => traces(page, secrets), 'something is kept for when there is no network').not.toEqual([]);
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await expect(page.getByRole('button', { name: 'Se déconnecter' })).toHaveCount(0);
  await expect.poll(() => traces(page, secrets)).toEqual([]);
});
