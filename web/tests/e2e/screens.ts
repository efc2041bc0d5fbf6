// Every screen of the web in one table, and its states: empty, full of long words, failed, with what opens over it.
// Accessibility, sizes, zoom, colours, languages and screenshots walk through it: a new screen is one line here.

import { test as base, type Page } from '@playwright/test';
import { ALERTS } from './alert-screens.ts';
import { expect, test as watched } from './fixtures.ts';
import { failing, press, sendEmpty, sendEmptyDialog, sendNow, tick, unfold } from './reach.ts';
import { makeWorld, signedIn, type World } from './worlds.ts';

export { type Session, signedIn } from './worlds.ts';

export interface Screen {
  /** Names its screenshots and stories. */
  name: string;
  path: (world: World) => string;
  /** Who is signed in there; nobody unless given. */
  who?: keyof World['sessions'];
  /** What to do before it is opened, like breaking an answer. */
  before?: (page: Page) => Promise<void>;
  /** What to do there before it is looked at, like opening a dialog; in every language. */
  reach?: (page: Page) => Promise<void>;
  /** It says that there is nothing at its address. */
  nothing?: true;
  /** Messages in the console that belong to it. */
  errors?: RegExp[];
}

/** What is refused is in the browser's log. */
const REFUSED = [/status of (404|409|412|422|503)/];

/** Screens of one commune's console, by the part of the address that names them. */
const desk = (who: 'staff' | 'long' | 'empty', of: readonly string[]): Screen[] =>
  of.map((path) => ({
    name: [who === 'staff' ? '' : who, 'console', path.replaceAll('/', '-')].filter(Boolean).join('-'),
    who,
    path: (w) => `/${who === 'staff' ? w.commune : w[who].id}/console/${path}`,
    // Asks for the export that nobody ordered yet.
    ...(path === 'usage' ? { errors: [/404/] } : {}),
  }));

const RESIDENTS: readonly Screen[] = [
  { name: 'welcome', path: () => '/' },
  { name: 'welcome-wrong', path: () => '/', reach: (page) => sendEmpty(page) },
  { name: 'home', path: (w) => `/${w.commune}/` },
  { name: 'home-signed-in', who: 'resident', path: (w) => `/${w.commune}/` },
  { name: 'home-failed', path: (w) => `/${w.commune}/`, before: failing('**/v1/*/reports?**'), errors: REFUSED },
  { name: 'home-empty', path: (w) => `/${w.empty.id}/` },
  { name: 'home-long', path: (w) => `/${w.long.id}/`, reach: unfold },
  {
    name: 'home-interest',
    path: (w) => `/${w.long.id}/`,
    reach: press(/Prévenez-moi|Tell me when/),
  },
  { name: 'reports', path: (w) => `/${w.commune}/reports` },
  { name: 'reports-map', path: (w) => `/${w.commune}/reports?view=map`, reach: unfold },
  { name: 'reports-filtered', path: (w) => `/${w.commune}/reports?kind=problem&category=voirie`, reach: unfold },
  { name: 'reports-none', path: (w) => `/${w.commune}/reports?kind=praise&category=eau` },
  {
    name: 'reports-failed',
    path: (w) => `/${w.commune}/reports`,
    before: failing('**/v1/*/reports?**'),
    errors: REFUSED,
  },
  { name: 'reports-long', path: (w) => `/${w.long.id}/reports` },
  { name: 'report-page', path: (w) => `/${w.commune}/reports/${w.report}` },
  { name: 'report-page-mine', who: 'resident', path: (w) => `/${w.commune}/reports/${w.report}` },
  { name: 'report-page-long', path: (w) => `/${w.long.id}/reports/${w.long.report}` },
  {
    name: 'report-page-photo',
    path: (w) => `/${w.commune}/reports/${w.report}`,
    reach: (page) => page.locator('.photo-button').first().click(),
  },
  {
    name: 'report-page-withdraw',
    who: 'resident',
    path: (w) => `/${w.commune}/reports/${w.report}`,
    reach: press(/Retirer mon signalement|Take my report back/),
  },
  {
    name: 'report-page-unknown',
    path: (w) => `/${w.commune}/reports/01a00000-0000-7000-8000-000000000000`,
    errors: [/404/],
  },
  { name: 'sign-in', path: (w) => `/${w.commune}/sign-in` },
  { name: 'sign-in-wrong', path: (w) => `/${w.commune}/sign-in`, reach: (page) => sendEmpty(page) },
  { name: 'me', who: 'resident', path: (w) => `/${w.commune}/me` },
  { name: 'me-guest', path: (w) => `/${w.commune}/me` },
  {
    name: 'me-erase',
    who: 'resident',
    path: (w) => `/${w.commune}/me`,
    reach: press(/Supprimer mon compte|Delete my account/),
  },
  { name: 'invite', path: (w) => `/${w.commune}/invite/ABCD2345` },
  { name: 'legal', path: (w) => `/${w.commune}/legal` },
  { name: 'legal-long', path: (w) => `/${w.long.id}/legal` },
  { name: 'privacy', path: (w) => `/${w.commune}/privacy` },
  { name: 'launch-interest', path: (w) => `/${w.commune}/launch/interest#jeton` },
  { name: 'accessibility', path: (w) => `/${w.commune}/accessibility` },
  { name: 'site-map', path: (w) => `/${w.commune}/site-map` },
  { name: 'report-form', path: (w) => `/${w.commune}/report` },
  { name: 'report-form-wrong', path: (w) => `/${w.commune}/report`, reach: (page) => sendEmpty(page) },
  { name: 'report-form-signed-in', who: 'resident', path: (w) => `/${w.commune}/report?kind=idea` },
  {
    name: 'report-form-long',
    who: 'long',
    path: (w) => `/${w.long.id}/report`,
    reach: (page) => page.locator('.tile').first().click(),
  },
  { name: 'drafts', path: (w) => `/${w.commune}/drafts` },
  { name: 'not-found', path: () => '/nulle-part-du-tout/', nothing: true, errors: [/404/] },
];

const SETTINGS = [
  'general',
  'retention',
  'words',
  'looks',
  'map',
  'categories',
  'services',
  'zones',
  'routing',
  'history',
];

const CONSOLE: readonly Screen[] = [
  { name: 'console-sign-in', path: (w) => `/${w.commune}/console/sign-in` },
  { name: 'console-sign-in-wrong', path: (w) => `/${w.commune}/console/sign-in`, reach: (page) => sendEmpty(page) },
  { name: 'console-accept', path: (w) => `/${w.commune}/console/accept#jeton` },
  { name: 'console-resident', who: 'resident', path: (w) => `/${w.commune}/console/` },
  { name: 'console-inbox', who: 'staff', path: (w) => `/${w.commune}/console/` },
  { name: 'long-console-inbox', who: 'long', path: (w) => `/${w.long.id}/console/` },
  {
    name: 'long-console-inbox-late',
    who: 'long',
    path: (w) => `/${w.long.id}/console/`,
    before: (page) => page.clock.setFixedTime(Date.now() + 60 * 24 * 60 * 60 * 1000),
  },
  { name: 'empty-console-inbox', who: 'empty', path: (w) => `/${w.empty.id}/console/` },
  {
    name: 'console-inbox-keys',
    who: 'staff',
    path: (w) => `/${w.commune}/console/`,
    reach: (page) => page.keyboard.press('?'),
  },
  {
    name: 'console-inbox-failed',
    who: 'staff',
    path: (w) => `/${w.commune}/console/`,
    before: async (page) => {
      await failing('**/v1/*/inbox**')(page);
      await failing('**/v1/*/reports?**')(page);
    },
    errors: REFUSED,
  },
  { name: 'console-report', who: 'staff', path: (w) => `/${w.commune}/console/reports/${w.report}` },
  { name: 'long-console-report', who: 'long', path: (w) => `/${w.long.id}/console/reports/${w.long.report}` },
  ...['status', 'answer', 'note'].map(
    (task): Screen => ({
      name: `console-report-${task}`,
      who: 'staff',
      path: (w) => `/${w.commune}/console/reports/${w.report}?do=${task}`,
    }),
  ),
  {
    name: 'console-report-original',
    who: 'staff',
    path: (w) => `/${w.commune}/console/reports/${w.report}?do=status`,
    reach: async (page) => {
      await tick(page, 'closed');
      await tick(page, 'duplicate');
    },
  },
  ...Object.entries({ refused: [422, 'invalid'], conflict: [412, 'version_conflict'] } as const).map(
    ([name, [status, type]]): Screen => ({
      name: `console-report-${name}`,
      who: 'staff',
      path: (w) => `/${w.commune}/console/reports/${w.report}?do=status`,
      before: failing('**/v1/*/reports/*/status', status, type),
      reach: sendNow,
      errors: REFUSED,
    }),
  ),
  {
    name: 'console-near-photo',
    who: 'staff',
    path: (w) => `/${w.commune}/console/near`,
    before: async (page) => {
      await page.context().grantPermissions(['geolocation']);
      await page.context().setGeolocation({ longitude: 5.5912, latitude: 43.6704 });
    },
    reach: async (page) => {
      await press(/Me situer|Find where I am/)(page);
      await page.locator('.near-card input[type=file]').first().setInputFiles('public/icons/512.png');
      await expect(page.locator('.near-card img[src^="blob:"]')).toBeVisible();
    },
  },
  { name: 'console-factor', who: 'half', path: (w) => `/${w.empty.id}/console/`, errors: REFUSED },
  {
    name: 'console-report-unknown',
    who: 'staff',
    path: (w) => `/${w.commune}/console/reports/01a00000-0000-7000-8000-000000000000`,
    errors: [/404/],
  },
  ...desk('staff', ['near', 'site-map', 'settings', ...SETTINGS.map((part) => `settings/${part}`)]),
  ...desk('staff', ['staff', 'launch', 'adoption', 'audit', 'bans', 'usage']),
  ...desk(
    'long',
    SETTINGS.map((part) => `settings/${part}`),
  ),
  ...desk('long', ['settings/categories/longue', 'settings/services/long', 'settings/zones/longue']),
  ...desk('long', ['near', 'staff', 'launch', 'adoption', 'audit', 'bans', 'usage']),
  ...desk('empty', [
    'settings',
    'settings/zones',
    'settings/routing',
    'settings/words',
    'near',
    'staff',
    'launch',
    'bans',
  ]),
  ...desk('empty', ['settings/categories/new', 'settings/services/new', 'settings/zones/new']),
  {
    name: 'long-console-settings-history-open',
    who: 'long',
    path: (w) => `/${w.long.id}/console/settings/history`,
    reach: press(/^Voir ce qui a changé|^See what changed/),
  },
  {
    name: 'empty-console-settings-category-wrong',
    who: 'empty',
    path: (w) => `/${w.empty.id}/console/settings/categories/new`,
    reach: async (page) => {
      await press(/Ajouter une question|Add a question/)(page);
      await sendEmpty(page);
    },
    errors: REFUSED,
  },
  {
    name: 'long-console-settings-category-remove',
    who: 'long',
    path: (w) => `/${w.long.id}/console/settings/categories/longue`,
    reach: press(/^Supprimer$|^Remove$|^Delete$/),
  },
  {
    name: 'long-console-settings-routing-rule',
    who: 'long',
    path: (w) => `/${w.long.id}/console/settings/routing`,
    reach: press(/Ajouter une règle|Add a rule/),
  },
  {
    name: 'long-console-staff-invite',
    who: 'long',
    path: (w) => `/${w.long.id}/console/staff`,
    reach: async (page) => {
      await press(/Inviter quelqu’un|Invite somebody/)(page);
      await sendEmptyDialog(page);
    },
    errors: REFUSED,
  },
  {
    name: 'long-console-launch-code',
    who: 'long',
    path: (w) => `/${w.long.id}/console/launch`,
    reach: press(/Créer un code|Make a code/),
  },
  {
    name: 'long-console-launch-printed',
    who: 'long',
    path: (w) => `/${w.long.id}/console/launch`,
    reach: press(/^Afficher le code|^Show the code/),
  },
  {
    name: 'long-console-launch-ambassador',
    who: 'long',
    path: (w) => `/${w.long.id}/console/launch`,
    reach: press(/Nommer un ambassadeur|Name an ambassador/),
  },
  {
    name: 'long-console-launch-onward',
    who: 'long',
    path: (w) => `/${w.long.id}/console/launch`,
    reach: press(/Ouvrir à tous|Open to all/),
  },
  {
    name: 'long-console-bans-new',
    who: 'long',
    path: (w) => `/${w.long.id}/console/bans`,
    reach: press(/Suspendre quelqu’un|Suspend somebody/),
  },
];

const OPERATORS: readonly Screen[] = [
  { name: 'operator-sign-in', path: () => '/operator/' },
  { name: 'operator-sign-in-wrong', path: () => '/operator/', reach: (page) => sendEmpty(page), errors: REFUSED },
  { name: 'operator-communes', who: 'operator', path: () => '/operator/' },
  { name: 'operator-subscribe', who: 'operator', path: () => '/operator/new' },
  { name: 'operator-subscribe-wrong', who: 'operator', path: () => '/operator/new', reach: (page) => sendEmpty(page) },
  // Asks for the export that nobody ordered yet.
  { name: 'operator-commune', who: 'operator', path: (w) => `/operator/communes/${w.long.id}`, errors: [/404/] },
  {
    name: 'operator-commune-suspend',
    who: 'operator',
    path: (w) => `/operator/communes/${w.long.id}`,
    reach: async (page) => {
      await press(/^Suspendre$|^Suspend$/)(page);
      await sendEmptyDialog(page);
    },
    errors: REFUSED,
  },
  {
    name: 'operator-commune-remove',
    who: 'operator',
    path: (w) => `/operator/communes/${w.long.id}`,
    reach: async (page) => {
      await press(/^Faire partir$|^Let it leave$/)(page);
      await sendEmptyDialog(page);
    },
    errors: REFUSED,
  },
  {
    name: 'operator-commune-unknown',
    who: 'operator',
    path: () => '/operator/communes/nulle-part-du-tout',
    errors: [/404/],
  },
];

export const SCREENS: readonly Screen[] = [...RESIDENTS, ...CONSOLE, ...ALERTS, ...OPERATORS];

export const test = watched.extend<object, { world: World }>({
  world: [
    async ({ browser }, use) => makeWorld(browser, base.info().project.use.baseURL ?? '', use),
    { scope: 'worker', timeout: 180_000 },
  ],
});

/** Opens a screen and waits until all of it is there. */
export async function open(page: Page, screen: Screen, world: World) {
  if (screen.who) await signedIn(page, world.sessions[screen.who]);
  await noTiles(page);
  await screen.before?.(page);
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
