// The commune's settings as they are held here: read with their version, one part of them changed at a time.

import { useLocation } from 'preact-iso';
import { api, body, type Schemas, whole } from '../../api/client.ts';
import { told } from '../../ui/rules.ts';
import { d } from './texts/index.ts';

export type Settings = Schemas['Settings'];
export type Category = Schemas['Category'];
export type Service = Schemas['Service'];
export type Zone = Schemas['Zone'];
export type Rule = Schemas['RoutingRule'];

export interface Held {
  settings: Settings;
  version: number;
}

/** A part of the settings that has a form of its own. */
export interface Part<T> {
  read: (settings: Settings) => T;
  /** The settings with the part as it is to be. */
  write: (settings: Settings, value: T) => Settings;
}

/** A part that is some fields of the settings. */
export function fields<K extends keyof Settings>(...keys: K[]): Part<Pick<Settings, K>> {
  return {
    read: (settings) => Object.fromEntries(keys.map((k) => [k, settings[k]])) as Pick<Settings, K>,
    write: (settings, value) => ({ ...settings, ...value }),
  };
}

/** One of a list by its id, at the end if there is none; null is none. */
export function oneOf<K extends 'categories' | 'services' | 'zones'>(
  list: K,
  id: string | null,
  blank: Settings[K][number],
): Part<Settings[K][number]> {
  type One = Settings[K][number];
  return {
    read: (settings) => (settings[list] as One[]).find((one) => one.id === id) ?? blank,
    write: (settings, value) => {
      const all = settings[list] as One[];
      const there = all.some((one) => one.id === id);
      return { ...settings, [list]: there ? all.map((one) => (one.id === id ? value : one)) : [...all, value] };
    },
  };
}

/** The commune of this address. */
export const useCommuneId = () => useLocation().path.split('/')[1] ?? '';

const versionOf = (response: Response) => Number(response.headers.get('etag')?.replace(/\D/g, '') ?? 0);

export async function readSettings(commune: string): Promise<Held> {
  const got = await whole(api.GET('/v1/{commune}/settings', { params: { path: { commune } } }));
  return { settings: got.data, version: versionOf(got.response) };
}

export async function putSettings(commune: string, settings: Settings, seen: number): Promise<Held> {
  const params = { path: { commune }, header: { 'If-Match': `"${seen}"` } };
  const answer = whole(api.PUT('/v1/{commune}/settings', { params, body: settings }));
  const got = await told(answer, d.rules);
  return { settings: got.data, version: versionOf(got.response) };
}

export async function undoSettings(commune: string, seen: number): Promise<Held> {
  const params = { path: { commune }, header: { 'If-Match': `"${seen}"` } };
  const got = await told(whole(api.POST('/v1/{commune}/settings/undo', { params })), d.rules);
  return { settings: got.data, version: versionOf(got.response) };
}

/** Who made the newest version, by the name that staff see; null where nobody is named. */
export async function lastHand(commune: string): Promise<string | null> {
  const params = { path: { commune }, query: { limit: 1 } };
  const page = await body(api.GET('/v1/{commune}/settings/versions', { params }));
  const by = page.versions[0]?.by;
  return by && by.kind !== 'system' ? by.name : null;
}

/** The same as JSON, whatever the order of fields. */
export const same = (a: unknown, b: unknown) => canonical(a) === canonical(b);

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, v) =>
    v && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(
          Object.entries(v)
            .filter(([, x]) => x !== undefined && x !== null)
            .sort(([x], [y]) => (x < y ? -1 : 1)),
        )
      : v,
  );
}

/** An id made of a name, that none of `taken` has: `Éclairage public` is `eclairage-public`. */
export function idFor(name: string, taken: readonly string[], start: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const base = (/^[a-z]/.test(plain) ? plain : `${start}-${plain}`).slice(0, 36).replace(/-+$/, '');
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

/** `list` with the one at `from` at `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(to, 0, one);
  return next;
}
