// Every screen of the web in one table. Accessibility, sizes, zoom, colours, languages and screenshots walk through it: a
// new screen is one line here.

import { type Browser, test as base, type Page } from '@playwright/test';
import type { Schemas } from '../../src/api/client.ts';
import { photo, report, resident } from '../world.mjs';
import { COMMUNE, expect, test as watched } from './fixtures.ts';

/** What is there to be seen; made once per worker. */
export interface World {
  commune: string;
  /** Of a report with two photos. */
  report: string;
  /** Whose report it is. */
  resident: Session;
}

export type Session = Schemas['SessionView'];

export interface Screen {
  /** Names its screenshots and stories. */
  name: string;
  path: (world: World) => string;
  /** Who is signed in there; nobody unless given. */
  who?: 'resident';
  /** What to do there before it is looked at, like opening a dialog. */
  reach?: (page: Page) => Promise<void>;
  /** It says that there is nothing at its address. */
  nothing?: true;
  /** Messages in the console that belong to it. */
  errors?: RegExp[];
}

export const SCREENS: readonly Screen[] = [
  { name: 'home', path: (w) => `/${w.commune}/` },
  { name: 'accessibility', path: (w) => `/${w.commune}/accessibility` },
  { name: 'not-found', path: () => '/nulle-part-du-tout/', nothing: true, errors: [/404/] },
];

/** A resident's report with two photos. */
async function world(browser: Browser, origin: string): Promise<World> {
  const page = await browser.newPage();
  try {
    const photos = [await photo(page, 0), await photo(page, 1)];
    const session = await resident(origin, COMMUNE);
    return { commune: COMMUNE, report: (await report(origin, session, photos)).id, resident: session };
  } finally {
    await page.close();
  }
}

export const test = watched.extend<object, { world: World }>({
  world: [
    async ({ browser }, use) => use(await world(browser, base.info().project.use.baseURL ?? '')),
    { scope: 'worker', timeout: 60_000 },
  ],
});

/**
 * Opens the pages that follow as signed in: what renews the session answers with this one, so that one sign-in does for all
 * screens. Signing in itself is told in other stories.
 */
export async function signedIn(page: Page, session: Session) {
  await page.addInitScript((commune) => localStorage.setItem(`parvis.session.${commune}`, '1'), session.commune);
  await page.route(`**/v1/${session.commune}/sessions/refresh`, (route) =>
    route.fulfill({ json: { ...session, refresh_token: undefined } }),
  );
}

/** Opens a screen and waits until all of it is there. */
export async function open(page: Page, screen: Screen, world: World) {
  if (screen.who) await signedIn(page, world[screen.who]);
  // Stories load nothing from elsewhere: no background map.
  await page.route('**/web.json', (route) => route.fulfill({ json: { tiles: null, geocoder: null } }));
  await page.goto(screen.path(world));
  await settled(page);
  await screen.reach?.(page);
  await settled(page);
  const title = await page.locator('h1').first().textContent();
  const nothing = /Cette page n’existe pas|There is no such page/.test(title ?? '');
  expect(nothing, `${screen.path(world)} is a screen`).toBe(Boolean(screen.nothing));
}

/** There is a title, nothing loads any more, and the pictures in view are drawn. */
export async function settled(page: Page) {
  await expect(page.locator('h1').first()).toBeVisible();
  await expect(page.locator('.spinner')).toHaveCount(0);
  await expect
    .poll(() =>
      page.evaluate(
        () =>
          [...document.images].filter((i) => i.getBoundingClientRect().top < innerHeight && i.src && !i.complete)
            .length,
      ),
    )
    .toBe(0);
}
