// A photo's way to the platform: announced, put to the address it was given, worked on. Each step is remembered, so that a
// broken connection costs only the step it broke.

import { OfflineError } from '../api/client.ts';
import { announce, put, worked } from '../api/photos.ts';
import { type DraftPhoto, getPhoto, savePhoto } from './drafts.ts';
import { alone } from './lock.ts';

/** The platform removes what nobody used after seven days; a little earlier it is uploaded again. */
const LIFE = 6 * 86_400_000;

/** The photo was refused; its `refused` says why. */
export class PhotoRefused extends Error {}

/** The photo is not here: the device had no room to keep it. */
export class PhotoGone extends Error {}

/** Brings a photo to the platform, if it is not there; `progress` hears the part that was sent. */
export function upload(commune: string, id: string, progress?: (part: number) => void): Promise<DraftPhoto> {
  return alone(`photo-${id}`, async () => {
    let photo = await getPhoto(id);
    if (!photo) throw new PhotoGone(id);
    if (photo.refused) throw new PhotoRefused(photo.refused);
    if (photo.announced && Date.now() - photo.announced.at > LIFE) photo = { ...photo, announced: null };
    if (photo.announced?.ready) return photo;
    if (!photo.announced?.stored) photo = await store(commune, photo, progress);
    return ready(commune, photo);
  });
}

async function store(commune: string, photo: DraftPhoto, progress?: (part: number) => void): Promise<DraftPhoto> {
  const { photo: name, claim, upload } = await announce(commune, photo.blob);
  await put(upload, photo.blob, progress);
  const stored = { ...photo, announced: { photo: name, claim, at: Date.now(), stored: true, ready: false } };
  await savePhoto(stored);
  return stored;
}

async function ready(commune: string, photo: DraftPhoto): Promise<DraftPhoto> {
  const { announced } = photo;
  if (!announced) throw new OfflineError('not announced');
  const seen = await worked(commune, announced.photo, announced.claim).catch((error) => forgotten(photo, error));
  if (seen.status === 'refused') {
    const refused = seen.refusal?.detail ?? '';
    await savePhoto({ ...photo, refused });
    throw new PhotoRefused(refused);
  }
  const finished = { ...photo, announced: { ...announced, ready: true } };
  await savePhoto(finished);
  return finished;
}

/** A photo that the platform does not know any more is uploaded anew at the next attempt. */
async function forgotten(photo: DraftPhoto, error: unknown): Promise<never> {
  if (!(error instanceof OfflineError)) await savePhoto({ ...photo, announced: null });
  throw error;
}
