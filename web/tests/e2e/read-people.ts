// Residents and reports for stories about reading: fresh each time, made through the API, with photos where a story looks at them.

import { deflateSync } from 'node:zlib';
import type { APIRequestContext, Page } from '@playwright/test';
import { COMMUNE, expect, freshEmail } from './fixtures.ts';
import { asMember, type Member, signIn } from './staff.ts';

const v1 = (path: string) => `/v1/${COMMUNE}${path}`;

export interface Resident {
  email: string;
  token: string;
  refresh: string;
}

export async function resident(request: APIRequestContext): Promise<Resident> {
  const email = freshEmail();
  const { access_token, refresh_token } = await signIn(request, email);
  return { email, token: access_token, refresh: refresh_token };
}

/** This page's browser is signed in as `who`, as it is when somebody comes back. */
export const asResident = (page: Page, who: Resident) => asMember(page, who as unknown as Member);

/** A deployment without a background map, whatever the one that is tried has. */
export const withoutTiles = (page: Page) =>
  page.route('**/web.json', (route) => route.fulfill({ json: { tiles: null, geocoder: null } }));

/** What somebody sends: a hole in the road unless a story says otherwise. */
export async function send(request: APIRequestContext, who: Resident, fields: Record<string, unknown> = {}) {
  const description = `Trou devant le portail ${crypto.randomUUID().slice(0, 8)}`;
  const data = {
    kind: 'problem',
    category: 'voirie',
    description,
    answers: { danger: true, taille: 'roue' },
    place: { ...somewhere(), address: '3 rue du Lavoir' },
    ...fields,
  };
  const headers = { authorization: `Bearer ${who.token}`, 'idempotency-key': crypto.randomUUID() };
  const sent = await request.post(v1('/reports'), { headers, data });
  expect(sent.status(), await sent.text()).toBe(201);
  const { id } = await sent.json();
  return { id: id as string, words: String(data.description) };
}

/** In the old village, a little elsewhere each time. */
export const somewhere = () => ({
  latitude: 43.668 + Math.random() * 0.006,
  longitude: 5.588 + Math.random() * 0.007,
});

/** The commune acts on a report. */
export async function change(request: APIRequestContext, staff: Member, id: string, to: Record<string, unknown>) {
  const headers = { authorization: `Bearer ${staff.token}` };
  const now = await (await request.get(v1(`/reports/${id}`), { headers })).json();
  const changed = await request.post(v1(`/reports/${id}/status`), {
    headers: { ...headers, 'if-match': `"${now.version}"` },
    data: to,
  });
  expect(changed.status(), await changed.text()).toBe(200);
}

/** A photo of one colour, uploaded and ready to be attached. */
export async function photo(request: APIRequestContext, token: string, rgb: [number, number, number]) {
  const file = png(640, 480, rgb);
  const headers = { authorization: `Bearer ${token}` };
  const announced = await request.post(v1('/photos'), {
    headers,
    data: { size: file.length, media_type: 'image/png' },
  });
  expect(announced.status(), await announced.text()).toBe(201);
  const { photo: id, upload } = await announced.json();
  const how = Object.fromEntries(upload.headers.map((h: { name: string; value: string }) => [h.name, h.value]));
  expect((await request.put(upload.url, { headers: how, data: file })).ok()).toBe(true);
  await expect
    .poll(async () => (await (await request.get(v1(`/photos/${id}`), { headers })).json()).status, { timeout: 30_000 })
    .toBe('ready');
  return { id: id as string };
}

/** A PNG of one colour, written by hand. */
function png(width: number, height: number, [r, g, b]: [number, number, number]): Buffer {
  const row = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: width }, () => [r, g, b]).flat())]);
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function crc(data: Buffer): number {
  let sum = ~0;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
