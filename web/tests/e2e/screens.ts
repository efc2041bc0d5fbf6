// Every screen of the web in one table. Accessibility, sizes, zoom, colours, languages and screenshots walk through it: a
// new screen is one line here.

import { type Browser, test as base, type Page } from '@playwright/test';
import { photo, report, resident } from '../world.mjs';
import { COMMUNE, expect, test as watched } from './fixtures.ts';

/** What is there to be seen; made once per worker. */
export interface World {
  commune: string;
  /** Of a report with two photos. */
  report: string;
}

export interface Screen {
  /** Names its screenshots and stories. */
  name: string;
  path: (world: World) => string;
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
    return { commune: COMMUNE, report: (await report(origin, session, photos)).id };
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

/** Opens a screen and waits until all of it is there. */
export async function open(page: Page, screen: Screen, world: World) {
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
