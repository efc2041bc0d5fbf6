// Photos of staff: made small on the device, which also drops where and when they were taken, then brought to the platform.

import { api, body, OfflineError, type Schemas } from '../api/client.ts';

/** Pixels of the longer side; the platform makes none larger. */
const SIDE = 1600;
/** How often it is asked whether a photo is ready: about half a minute. */
const ASKED = 40;

/** A file that is no picture this browser can read. */
export class NoPicture extends Error {}

/** The photo refused by the platform, with its reason. */
export class PhotoRefused extends Error {}

export async function shrink(file: Blob): Promise<Blob> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (error) {
    throw new NoPicture('no picture', { cause: error });
  }
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const small = await new Promise<Blob | null>((made) => canvas.toBlob(made, 'image/jpeg', 0.85));
  if (!small) throw new NoPicture('no picture');
  return small;
}

/** Brings a photo to the platform and waits until it can be attached; answers its id. */
export async function upload(commune: string, photo: Blob): Promise<string> {
  const path = { commune };
  const announced = await body(
    api.POST('/v1/{commune}/photos', {
      params: { path },
      body: { size: photo.size, media_type: photo.type },
    }),
  );
  await put(announced.upload, photo);
  for (let asked = 0; asked < ASKED; asked++) {
    const seen: Schemas['PhotoView'] = await body(
      api.GET('/v1/{commune}/photos/{photo}', { params: { path: { ...path, photo: announced.photo } } }),
    );
    if (seen.status === 'ready') return announced.photo;
    if (seen.status === 'refused') throw new PhotoRefused(seen.refusal?.detail ?? '');
    await new Promise((wait) => setTimeout(wait, asked < 10 ? 300 : 1_000));
  }
  throw new OfflineError('the photo is still being worked on');
}

/** Sends a file where the platform said. */
export async function put(to: Schemas['UploadView'], photo: Blob) {
  // The browser itself sets the length, and allows nobody else to.
  const headers = to.headers.filter(({ name }) => name !== 'content-length').map(({ name, value }) => [name, value]);
  let answer: Response;
  try {
    answer = await fetch(to.url, { method: to.method, headers: Object.fromEntries(headers), body: photo });
  } catch (error) {
    throw new OfflineError('the upload broke off', { cause: error });
  }
  if (!answer.ok) throw new OfflineError(`the upload was answered ${answer.status}`);
}
