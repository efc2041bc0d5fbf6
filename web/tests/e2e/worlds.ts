// What screens show, made once per worker: a report of the demo commune; a commune of its own where everything is long and
// there is some of everything, in its pilot; one where there is nothing yet; and who looks at them.

import { readFileSync } from 'node:fs';
import { type APIRequestContext, type Browser, type Page, request } from '@playwright/test';
import type { Schemas } from '../../src/api/client.ts';
import { photo, report, resident } from '../world.mjs';
import { BOUNDARY, call, enrol, newCommune, newOperator, type Person } from './desk.ts';
import { COMMUNE, expect, freshEmail } from './fixtures.ts';
import { administrator, member, remove } from './staff.ts';

export type Session = Schemas['SessionView'];

export interface World {
  commune: string;
  /** Of a report with two photos. */
  report: string;
  /** The commune of long words: its id, a report there, an alert that is in force and one that is over. */
  long: { id: string; report: string; alert: string; over: string };
  /** The commune where nothing is yet. */
  empty: { id: string };
  /** Words of communes and residents, which are French in every language of the app. */
  french: string[];
  sessions: {
    /** Whose report it is. */
    resident: Session;
    /** An administrator of the demo commune, with the second factor passed. */
    staff: Session;
    /** The administrators of the other two. */
    long: Session;
    empty: Session;
    /** The empty one's, before the second factor. */
    half: Session;
    operator: Session;
  };
}

/** When a session's token was made: it ends after a quarter of an hour. */
const made = new WeakMap<Session, number>();
const SOON = 9 * 60_000;

function session(person: Pick<Person, 'commune' | 'account' | 'token' | 'refresh'>, role: Schemas['Role']): Session {
  const { commune, token, refresh } = person;
  const account = { id: person.account, role, language: 'fr' as const };
  const view = { commune, account, access_token: token, refresh_token: refresh, token_type: 'Bearer', expires_in: 900 };
  made.set(view as Session, Date.now());
  return view as Session;
}

/**
 * Opens the pages that follow as signed in: what renews the session answers with this one, so that one sign-in does for all
 * screens. Signing in itself is told in other stories.
 */
export async function signedIn(page: Page, session: Session) {
  const { commune } = session;
  if (Date.now() - (made.get(session) ?? Date.now()) > SOON) {
    const data = { refresh_token: session.refresh_token };
    Object.assign(session, await call(page.request, 'POST', `/v1/${commune}/sessions/refresh`, { data }));
    made.set(session, Date.now());
  }
  await page.addInitScript((commune) => localStorage.setItem(`parvis.session.${commune}`, '1'), commune);
  await page.route(`**/v1/${commune}/sessions/refresh`, (route) =>
    route.fulfill({ json: { ...session, refresh_token: undefined } }),
  );
}

export async function makeWorld(browser: Browser, origin: string, use: (world: World) => Promise<void>) {
  const page = await browser.newPage();
  const photos = [await photo(page, 0), await photo(page, 1)];
  await page.close();
  const mine = await resident(origin, COMMUNE);
  made.set(mine, Date.now());
  const { id } = await report(origin, mine, photos);
  const calls = await request.newContext({ baseURL: origin });
  const admin = await administrator(calls, origin);
  const agent = await member(calls, admin, 'administrator', []);
  const operator = await enrol(calls, 'operator', await newOperator(calls));
  const empty = await newCommune(calls, operator);
  const long = await newCommune(calls, operator);
  const filled = await fill(calls, origin, long.administrator);
  const half = await resident(origin, empty.id, empty.administrator.email);
  made.set(half, Date.now());
  const profile: Schemas['CommuneView'] = await call(calls, 'GET', `/v1/${COMMUNE}`);
  try {
    await use({
      commune: COMMUNE,
      report: id,
      long: { id: long.id, ...filled },
      empty: { id: empty.id },
      french: [
        LONG,
        PARAGRAPH.slice(0, 40),
        'Un trou s’est formé',
        ...profile.categories.flatMap((c) => [c.name, ...c.questions.map((q) => q.label)]),
        ...Object.values(profile.texts).flatMap((text) => (text ? [text.slice(0, 40)] : [])),
      ],
      sessions: {
        resident: mine,
        staff: session({ ...agent, commune: COMMUNE }, 'administrator'),
        long: session(long.administrator, 'administrator'),
        empty: session(empty.administrator, 'administrator'),
        half,
        operator: session(operator, 'operator'),
      },
    });
  } finally {
    await remove(calls, await administrator(calls, origin), agent.account);
    await calls.dispose();
  }
}

/** In all that people may write of: an element nowhere. Shown as one, its picture is asked for and its script refused. */
export const MARKUP = '<img class="markup" src="/x" onerror="markup()">';
const LONG = `Entretien des chemins ruraux, des fossés et des passages à gué de l’ancienne commune ${MARKUP}`;
/** Without a place to break a line. */
const UNBROKEN =
  'https://www.exemple.example/une/adresse/qui/ne/se/coupe/nulle/part/et/qui/est/plus/longue/que/la/ligne';
const PARAGRAPH = `Depuis la fin des travaux du réseau d’assainissement, ${MARKUP} le revêtement s’affaisse devant l’école, le long du trottoir pair. Les enfants descendent sur la chaussée pour l’éviter, surtout quand la flaque gèle.`;

const west = BOUNDARY.coordinates.map((ring) => ring.map(([x, y]) => [Math.min(x ?? 0, 5.595), y]));

/** Long words in every field, some of everything, a pilot that has begun. */
async function fill(request: APIRequestContext, origin: string, as: Person): Promise<Omit<World['long'], 'id'>> {
  const v1 = `/v1/${as.commune}`;
  const version = async (path: string) => {
    const answer = await request.get(v1 + path, { headers: { authorization: `Bearer ${as.token}` } });
    return answer.headers().etag ?? '';
  };
  const now: Schemas['Settings'] = await call(request, 'GET', `${v1}/settings`, { as });
  const options = [LONG, 'Oui', 'Non, pas du tout'].map((label, n) => ({ id: `choix-${n}`, label }));
  const settings = {
    ...now,
    name: `Saint-Symphorien-de-Bellegarde-et-Montagnac-sur-l’Auvignon ${MARKUP}`,
    kinds: ['problem', 'idea', 'question', 'opinion', 'praise', 'observation'],
    texts: {
      welcome: `Bienvenue !\n\n${PARAGRAPH} ${PARAGRAPH}\n\n${UNBROKEN}`,
      legal_notice: Array.from({ length: 6 }, () => PARAGRAPH).join('\n\n'),
      privacy_notice: Array.from({ length: 6 }, () => PARAGRAPH).join('\n\n'),
    },
    zones: [
      { id: 'longue', name: LONG, boundary: { type: 'Polygon', coordinates: west } },
      { id: 'bourg', name: 'Le Bourg', boundary: BOUNDARY, archived: true },
    ],
    services: [
      ...now.services,
      {
        id: 'long',
        name: LONG,
        email: `${'service'.repeat(8)}@mairie.example`,
        contact: { phone: '+33442000000', email: `${'accueil'.repeat(8)}@mairie.example`, address: `12 rue ${LONG}` },
        opening_hours: {
          weekly: [
            { days: ['monday', 'tuesday', 'thursday', 'friday'], opens: '08:30', closes: '12:00' },
            { days: ['monday', 'tuesday', 'thursday', 'friday'], opens: '13:30', closes: '17:30' },
          ],
          exceptions: [{ from: '2031-05-01', to: '2031-05-08', hours: [], note: LONG }],
        },
      },
    ],
    categories: [
      {
        id: 'longue',
        name: LONG,
        expected: { days: 10, calendar: 'working' },
        photo_required: false,
        questions: [
          {
            id: 'texte',
            label: `${PARAGRAPH.slice(0, 150)}… Depuis quand ?`,
            kind: { type: 'text', max: 400 },
            required: true,
          },
          { id: 'nombre', label: 'Combien de mètres ?', kind: { type: 'number', min: 0, max: 5000 } },
          { id: 'choix', label: 'Peut-on encore passer ?', kind: { type: 'choice', options } },
          { id: 'plusieurs', label: 'Qui est gêné ?', kind: { type: 'choices', options } },
          { id: 'danger', label: 'Est-ce dangereux ?', kind: { type: 'yes_no' } },
        ],
      },
      ...now.categories,
    ],
    routing: [
      { category: 'longue', zone: 'longue', service: 'long' },
      { zone: 'longue', kind: 'idea', service: 'long' },
    ],
  };
  const put = async (path: string, data: unknown) =>
    call(request, 'PUT', v1 + path, { as, headers: { 'if-match': await version(path) }, data });
  await put('/settings', settings);
  const picture = readFileSync('public/icons/512.png').toString('base64');
  await call(request, 'PUT', `${v1}/logo`, {
    as,
    headers: { 'if-match': await version('/settings') },
    data: { picture },
  });
  const pilot = { zones: ['longue'], categories: ['longue'], invite_only: true };
  await put('/launch', { phase: 'pilot', launch_on: '2031-03-03', message: PARAGRAPH, pilot });
  const post = (path: string, data: unknown, headers = {}) => call(request, 'POST', v1 + path, { as, data, headers });
  const later = new Date(Date.now() + 30 * 86_400_000).toISOString();
  for (const label of [LONG, 'Conseil de quartier'])
    await post('/launch/invites', { label, limit: 30, expires_at: later });
  await post('/bans', { network: '192.0.2.7', reason: PARAGRAPH.slice(0, 190), until: later });
  const name = `Marie-Christine de La Rochefoucauld-Montbel d’Estienne d’Orves ${MARKUP}`;
  await post('/staff/invitations', { email: freshEmail('elue'), name, role: 'elected_member', services: [] });
  const { account } = await resident(origin, as.commune);
  await call(request, 'PUT', `${v1}/launch/ambassadors/${account.id}`, { as, data: { zones: ['longue'] } });
  const sent = await post(
    '/reports',
    {
      kind: 'problem',
      category: 'longue',
      description: `${PARAGRAPH}\n\n${UNBROKEN}\n\n${PARAGRAPH} ${PARAGRAPH}`,
      answers: { texte: PARAGRAPH, nombre: 120, choix: 'choix-0', plusieurs: ['choix-0', 'choix-2'], danger: true },
      place: { longitude: 5.57, latitude: 43.67, address: `14 bis, lieu-dit ${LONG}, hameau des Trois-Fontaines` },
    },
    { 'idempotency-key': crypto.randomUUID() },
  );
  const path = `/reports/${sent.id}`;
  await post(`${path}/comments`, { text: `${PARAGRAPH} ${UNBROKEN}`, internal: true });
  await post(`${path}/comments`, { text: `${PARAGRAPH}\n\n${PARAGRAPH}` });
  await post(`${path}/status`, { to: 'in_progress', note: PARAGRAPH }, { 'if-match': await version(path) });
  expect(sent.id).toBeTruthy();
  const over = await alert(request, as, 'moderate');
  const out = async () => (await call(request, 'GET', `${v1}/alerts/${over}`, { as })).told?.state;
  await expect.poll(out, { timeout: 30_000 }).toBe('sent');
  await post(`/alerts/${over}/end`, { note: PARAGRAPH });
  for (const severity of ['minor', 'unknown', 'severe']) await alert(request, as, severity);
  return { report: sent.id, alert: await alert(request, as, 'extreme'), over };
}

/** An alert of long words; its id. */
async function alert(request: APIRequestContext, as: Person, severity: string): Promise<string> {
  const data = {
    category: 'geo',
    severity,
    headline: `Crue au passage à gué de l’ancienne commune, et des fossés du chemin rural ${MARKUP}`,
    instruction: PARAGRAPH,
    description: `${PARAGRAPH}\n\n${UNBROKEN}`,
    expires: new Date(Date.now() + 6 * 86_400_000).toISOString(),
  };
  return (await call(request, 'POST', `/v1/${as.commune}/alerts`, { as, data })).id;
}
