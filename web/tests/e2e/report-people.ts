// What the stories about reporting share: photos as phones take them, and the usual way through the form.

import type { Page } from '@playwright/test';
import { COMMUNE, code, expect, freshPhone, messages } from './fixtures.ts';

/** Somewhere in the old village, a little elsewhere each time, so that stories do not find each other's reports. */
export function somewhere() {
  return { latitude: 43.658 + Math.random() * 0.02, longitude: 5.577 + Math.random() * 0.03 };
}

/** A JPEG drawn by the browser, `sky` in its corner; with `at`, its EXIF says that it was taken there. */
export async function photo(
  page: Page,
  name: string,
  at?: { latitude: number; longitude: number },
  size = 1600,
  sky = '#9ac',
) {
  const draw = { side: size, corner: sky };
  const drawn = await page.evaluate(async ({ side, corner }) => {
    const canvas = document.createElement('canvas');
    canvas.width = side;
    canvas.height = Math.round(side * 0.75);
    const paint = canvas.getContext('2d') as CanvasRenderingContext2D;
    const sky = paint.createLinearGradient(0, 0, side, side);
    sky.addColorStop(0, corner);
    sky.addColorStop(1, '#654');
    paint.fillStyle = sky;
    paint.fillRect(0, 0, canvas.width, canvas.height);
    paint.fillStyle = '#222';
    paint.beginPath();
    paint.ellipse(side / 2, side / 2, side / (3 + Math.random()), side / 8, Math.random(), 0, 7);
    paint.fill();
    return canvas.toDataURL('image/jpeg', 0.8).split(',')[1] ?? '';
  }, draw);
  const jpeg = Buffer.from(drawn, 'base64');
  const buffer = at ? Buffer.concat([jpeg.subarray(0, 2), exif(at), jpeg.subarray(2)]) : jpeg;
  return { name, mimeType: 'image/jpeg', buffer };
}

/** An APP1 segment with nothing but a GPS directory (EXIF 2.32, 4.6.6). */
function exif({ latitude, longitude }: { latitude: number; longitude: number }): Buffer {
  const tiff = Buffer.alloc(8 + 18 + 54 + 48);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  const entry = (at: number, tag: number, type: number, count: number, value: number | string) => {
    tiff.writeUInt16BE(tag, at);
    tiff.writeUInt16BE(type, at + 2);
    tiff.writeUInt32BE(count, at + 4);
    if (typeof value === 'string') tiff.write(value, at + 8, 'latin1');
    else tiff.writeUInt32BE(value, at + 8);
  };
  tiff.writeUInt16BE(1, 8);
  entry(10, 0x8825, 4, 1, 26);
  tiff.writeUInt16BE(4, 26);
  entry(28, 1, 2, 2, latitude < 0 ? 'S\0' : 'N\0');
  entry(40, 2, 5, 3, 80);
  entry(52, 3, 2, 2, longitude < 0 ? 'W\0' : 'E\0');
  entry(64, 4, 5, 3, 104);
  for (const [at, degrees] of [
    [80, Math.abs(latitude)],
    [104, Math.abs(longitude)],
  ] as const) {
    const whole = [
      Math.floor(degrees),
      1,
      Math.floor((degrees % 1) * 60),
      1,
      Math.round(((degrees * 60) % 1) * 6e6),
      1e5,
    ];
    for (const [i, part] of whole.entries()) tiff.writeUInt32BE(part, at + i * 4);
  }
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1');
  head.writeUInt16BE(2 + 6 + tiff.length, 2);
  return Buffer.concat([head, tiff]);
}

/** Opens the form of a deployment without tiles; its geocoder, if a story brings one. */
export async function open(page: Page, query = '', geocoder: string | null = null) {
  const config = { tiles: null, geocoder: geocoder ? { url: geocoder } : null };
  await page.route('**/web.json', (route) => route.fulfill({ json: config }));
  await page.goto(`/${COMMUNE}/report${query}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Types coordinates, which every device can. */
export async function typePlace(page: Page, at = somewhere()) {
  if ((await page.locator('details.coordinates[open]').count()) === 0)
    await page.getByText('Saisir des coordonnées').click();
  await page.getByLabel('Latitude, longitude').fill(`${at.latitude.toFixed(5)}, ${at.longitude.toFixed(5)}`);
  await page.getByRole('button', { name: 'Utiliser', exact: true }).click();
  await expect(page.getByText('Lieu saisi.')).toBeVisible();
  return at;
}

/** A pothole with all that a road asks for, but for the place. */
export async function fillRoad(page: Page, words: string) {
  await page.getByText('Voirie et trottoirs').click();
  await page.getByLabel('Que se passe-t-il ?', { exact: true }).fill(words);
  await page
    .getByRole('group', { name: /Est-ce dangereux/ })
    .getByText('Oui')
    .click();
}

export async function fillPhone(page: Page, phone = freshPhone()) {
  await page.getByLabel('Numéro de mobile').fill(phone);
  return phone;
}

export const sendIt = (page: Page) => page.getByRole('button', { name: 'Envoyer', exact: true }).click();

/** Redeems the code that reached `contact`. */
export async function confirmBy(page: Page, contact: string) {
  await expect(page.getByRole('heading', { name: 'Confirmez votre envoi' })).toBeVisible();
  await page.getByLabel('Code à six chiffres').fill(await code(page.request, contact));
  await page.getByRole('button', { name: 'Confirmer' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('C’est envoyé, merci !');
}

/** How many reports whose text is `words` reached the commune: each tells its sender once. */
export async function arrivals(page: Page, contact: string) {
  return (await messages(page.request, contact)).length;
}
