// Every screen of the web in one table. Accessibility, sizes, zoom, colours, languages and screenshots walk through it: a
// new screen is one line here.

import { type Browser, test as base, type Page, request } from '@playwright/test';
import type { Schemas } from '../../src/api/client.ts';
import { photo, report, resident } from '../world.mjs';
import { COMMUNE, expect, test as watched } from './fixtures.ts';
import { administrator, member, remove } from './staff.ts';

/** What is there to be seen; made once per worker. */
export interface World {
  commune: string;
  /** Of a report with two photos. */
  report: string;
  /** Whose report it is. */
  resident: Session;
  /** An administrator's, with the second factor passed. */
  staff: Session;
}

export type Session = Schemas['SessionView'];

export interface Screen {
  /** Names its screenshots and stories. */
  name: string;
  path: (world: World) => string;
  /** Who is signed in there; nobody unless given. */
  who?: 'resident' | 'staff';
  /** What to do there before it is looked at, like opening a dialog. */
  reach?: (page: Page) => Promise<void>;
  /** It says that there is nothing at its address. */
  nothing?: true;
  /** Messages in the console that belong to it. */
  errors?: RegExp[];
}

export const SCREENS: readonly Screen[] = [
  { name: 'welcome', path: () => '/' },
  { name: 'home', path: (w) => `/${w.commune}/` },
  { name: 'home-signed-in', who: 'resident', path: (w) => `/${w.commune}/` },
  { name: 'reports', path: (w) => `/${w.commune}/reports` },
  { name: 'reports-filtered', path: (w) => `/${w.commune}/reports?kind=problem&category=voirie` },
  { name: 'reports-none', path: (w) => `/${w.commune}/reports?kind=praise&category=eau` },
  { name: 'report-page', path: (w) => `/${w.commune}/reports/${w.report}` },
  { name: 'report-page-mine', who: 'resident', path: (w) => `/${w.commune}/reports/${w.report}` },
  {
    name: 'report-page-unknown',
    path: (w) => `/${w.commune}/reports/01a00000-0000-7000-8000-000000000000`,
    errors: [/404/],
  },
  { name: 'sign-in', path: (w) => `/${w.commune}/sign-in` },
  { name: 'me', who: 'resident', path: (w) => `/${w.commune}/me` },
  { name: 'invite', path: (w) => `/${w.commune}/invite/ABCD2345` },
  { name: 'legal', path: (w) => `/${w.commune}/legal` },
  { name: 'privacy', path: (w) => `/${w.commune}/privacy` },
  { name: 'launch-interest', path: (w) => `/${w.commune}/launch/interest#jeton` },
  { name: 'accessibility', path: (w) => `/${w.commune}/accessibility` },
  { name: 'report-form', path: (w) => `/${w.commune}/report` },
  { name: 'report-form-signed-in', who: 'resident', path: (w) => `/${w.commune}/report?kind=idea` },
  { name: 'drafts', path: (w) => `/${w.commune}/drafts` },
  { name: 'not-found', path: () => '/nulle-part-du-tout/', nothing: true, errors: [/404/] },
  { name: 'console-sign-in', path: (w) => `/${w.commune}/console/sign-in` },
  { name: 'console-resident', who: 'resident', path: (w) => `/${w.commune}/console/` },
  { name: 'console-inbox', who: 'staff', path: (w) => `/${w.commune}/console/` },
  { name: 'console-report', who: 'staff', path: (w) => `/${w.commune}/console/reports/${w.report}` },
  { name: 'console-near', who: 'staff', path: (w) => `/${w.commune}/console/near` },
  ...[
    ['settings', ''],
    ['general', '/general'],
    ['words', '/words'],
    ['looks', '/looks'],
    ['map', '/map'],
    ['categories', '/categories'],
    ['services', '/services'],
    ['zones', '/zones'],
    ['routing', '/routing'],
    ['history', '/history'],
  ].map(
    ([name, path]): Screen => ({
      name: `console-settings-${name}`,
      who: 'staff',
      path: (w) => `/${w.commune}/console/settings${path}`,
    }),
  ),
  ...['staff', 'launch', 'adoption', 'audit', 'bans'].map(
    (name): Screen => ({ name: `console-${name}`, who: 'staff', path: (w) => `/${w.commune}/console/${name}` }),
  ),
  // Asks for the export that nobody ordered yet.
  { name: 'console-usage', who: 'staff', path: (w) => `/${w.commune}/console/usage`, errors: [/404/] },
  { name: 'operator-sign-in', path: () => '/operator/' },
];

/** A resident's report with two photos, and an administrator who is removed afterwards. */
async function world(browser: Browser, origin: string, use: (world: World) => Promise<void>) {
  const page = await browser.newPage();
  const photos = [await photo(page, 0), await photo(page, 1)];
  await page.close();
  const session = await resident(origin, COMMUNE);
  const { id } = await report(origin, session, photos);
  const calls = await request.newContext({ baseURL: origin });
  const admin = await administrator(calls, origin);
  const made = await member(calls, admin, 'administrator', []);
  const account = { id: made.account, role: 'administrator', language: 'fr' } as Session['account'];
  const staff = { ...session, access_token: made.token, account };
  try {
    await use({ commune: COMMUNE, report: id, resident: session, staff });
  } finally {
    await remove(calls, await administrator(calls, origin), made.account);
    await calls.dispose();
  }
}

export const test = watched.extend<object, { world: World }>({
  world: [
    async ({ browser }, use) => world(browser, base.info().project.use.baseURL ?? '', use),
    { scope: 'worker', timeout: 120_000 },
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
  await noTiles(page);
  await page.goto(screen.path(world));
  await settled(page);
  await screen.reach?.(page);
  await settled(page);
  const title = await page.locator('h1').first().textContent();
  const nothing = /Cette page n’existe pas|There is no such page/.test(title ?? '');
  expect(nothing, `${screen.path(world)} is a screen`).toBe(Boolean(screen.nothing));
}

/** Stories load nothing from elsewhere, so there is no background map. */
export const noTiles = (page: Page) =>
  page.route('**/web.json', (route) => route.fulfill({ json: { tiles: null, geocoder: null } }));

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
