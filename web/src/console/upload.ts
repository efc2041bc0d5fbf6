// Photos of staff: made small on the device, which also drops where and when they were taken, then brought to the platform.

import { announce, put, worked } from '../api/photos.ts';
import { shrink as smaller, Unreadable } from '../ui/picture.ts';

export { Unreadable as NoPicture };

/** Pixels of the longer side; the platform makes none larger. */
const SIDE = 1600;

/** The photo refused by the platform, with its reason. */
export class PhotoRefused extends Error {}

export const shrink = (file: Blob) => smaller(file, SIDE);

/** Brings a photo to the platform and waits until it can be attached; answers its id. */
export async function upload(commune: string, photo: Blob): Promise<string> {
  const announced = await announce(commune, photo);
  await put(announced.upload, photo);
  const seen = await worked(commune, announced.photo);
  if (seen.status === 'refused') throw new PhotoRefused(seen.refusal?.detail ?? '');
  return announced.photo;
}
