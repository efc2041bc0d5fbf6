// A photo's way to the platform: announced, put to the address it was given, worked on. Each step is remembered, so that a
// broken connection costs only the step it broke.

import { api, body, OfflineError } from '../api/client.ts';
import { type DraftPhoto, getPhoto, savePhoto } from './drafts.ts';
import { alone } from './lock.ts';

/** What nobody used is removed after a day; a little earlier it is uploaded again. */
const LIFE = 20 * 3_600_000;
/** How often the platform is asked whether it is ready, in all about a minute. */
const ASKED = 40;

/** The photo was refused; its `refused` says why. */
export class PhotoRefused extends Error {}

/** Brings a photo to the platform, if it is not there; `progress` hears the part that was sent. */
export function upload(commune: string, id: string, progress?: (part: number) => void): Promise<DraftPhoto> {
  return alone(`photo-${id}`, async () => {
    let photo = await getPhoto(id);
    if (!photo) throw new PhotoRefused('gone');
    if (photo.refused) throw new PhotoRefused(photo.refused);
    if (photo.announced && Date.now() - photo.announced.at > LIFE) photo = { ...photo, announced: null };
    if (photo.announced?.ready) return photo;
    if (!photo.announced?.stored) photo = await store(commune, photo, progress);
    return ready(commune, photo);
  });
}

async function store(commune: string, photo: DraftPhoto, progress?: (part: number) => void): Promise<DraftPhoto> {
  const {
    photo: name,
    claim,
    upload,
  } = await body(
    api.POST('/v1/{commune}/photos', {
      params: { path: { commune } },
      body: { size: photo.blob.size, media_type: photo.blob.type },
    }),
  );
  await put(upload, photo.blob, progress);
  const stored = { ...photo, announced: { photo: name, claim, at: Date.now(), stored: true, ready: false } };
  await savePhoto(stored);
  return stored;
}

/** `fetch` tells nothing of what was sent so far, and a photo takes a while out in the country. */
function put(
  to: { url: string; headers: { name: string; value: string }[] },
  blob: Blob,
  progress?: (n: number) => void,
) {
  return new Promise<void>((done, fail) => {
    const request = new XMLHttpRequest();
    request.open('PUT', to.url);
    // The browser itself sets the length, and allows nobody else to.
    for (const { name, value } of to.headers) if (name !== 'content-length') request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress?.(event.loaded / blob.size);
    request.onload = () =>
      request.status < 300 ? done() : fail(new OfflineError(`the upload was answered ${request.status}`));
    request.onerror = () => fail(new OfflineError('the upload broke off'));
    request.ontimeout = request.onerror;
    request.timeout = 180_000;
    request.send(blob);
  });
}

async function ready(commune: string, photo: DraftPhoto): Promise<DraftPhoto> {
  const { announced } = photo;
  if (!announced) throw new OfflineError('not announced');
  for (let asked = 0; asked < ASKED; asked++) {
    const seen = await body(
      api.GET('/v1/{commune}/photos/{photo}', {
        params: { path: { commune, photo: announced.photo }, header: { 'Photo-Claim': announced.claim } },
      }),
    ).catch((error) => forgotten(photo, error));
    if (seen.status === 'ready') {
      const finished = { ...photo, announced: { ...announced, ready: true } };
      await savePhoto(finished);
      return finished;
    }
    if (seen.status === 'refused') {
      const refused = seen.refusal?.detail ?? '';
      await savePhoto({ ...photo, refused });
      throw new PhotoRefused(refused);
    }
    await new Promise((wait) => setTimeout(wait, asked < 10 ? 500 : 2_000));
  }
  throw new OfflineError('the photo is still being worked on');
}

/** A photo that the platform does not know any more is uploaded anew at the next attempt. */
async function forgotten(photo: DraftPhoto, error: unknown): Promise<never> {
  if (!(error instanceof OfflineError)) await savePhoto({ ...photo, announced: null });
  throw error;
}
