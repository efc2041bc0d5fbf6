// A photo's way to the platform, step by step: announced, put to the address that was answered, worked on.

import { api, body, OfflineError, type Schemas } from './client.ts';

/** How often the platform is asked whether it is ready, in all about a minute. */
const ASKED = 40;

export const announce = (commune: string, blob: Blob) =>
  body(
    api.POST('/v1/{commune}/photos', {
      params: { path: { commune } },
      body: { size: blob.size, media_type: blob.type },
    }),
  );

/** Where to put a photo, and with which headers. */
type Where = Pick<Schemas['UploadView'], 'url' | 'headers'>;

/** The browser itself sets the length, and allows nobody else to. */
const headersOf = (to: Where) => to.headers.filter(({ name }) => name !== 'content-length');

/** `fetch` tells nothing of what was sent so far, and a photo takes a while out in the country; service workers have no other. */
export function put(to: Where, blob: Blob, progress?: (part: number) => void): Promise<void> {
  if (typeof XMLHttpRequest === 'undefined') return putUnseen(to, blob);
  return new Promise<void>((done, fail) => {
    const request = new XMLHttpRequest();
    request.open('PUT', to.url);
    for (const { name, value } of headersOf(to)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress?.(event.loaded / blob.size);
    request.onload = () =>
      request.status < 300 ? done() : fail(new OfflineError(`the upload was answered ${request.status}`));
    request.onerror = () => fail(new OfflineError('the upload broke off'));
    request.ontimeout = request.onerror;
    // A photo has three minutes, a map's file what 50 kB a second take.
    request.timeout = 180_000 + blob.size / 50;
    request.send(blob);
  });
}

async function putUnseen(to: Where, blob: Blob): Promise<void> {
  const headers = headersOf(to).map(({ name, value }) => [name, value]);
  const answer = await fetch(to.url, { method: 'PUT', headers: Object.fromEntries(headers), body: blob }).catch(
    (cause) => {
      throw new OfflineError('the upload broke off', { cause });
    },
  );
  if (!answer.ok) throw new OfflineError(`the upload was answered ${answer.status}`);
}

/** Waits until the platform has worked on it: ready or refused. `claim` is a guest's. */
export async function worked(commune: string, photo: string, claim?: string): Promise<Schemas['PhotoView']> {
  const header = claim ? { 'Photo-Claim': claim } : {};
  for (let asked = 0; asked < ASKED; asked++) {
    const path = { commune, photo };
    const seen = await body(api.GET('/v1/{commune}/photos/{photo}', { params: { path, header } }));
    if (seen.status === 'ready' || seen.status === 'refused') return seen;
    await new Promise((wait) => setTimeout(wait, asked < 10 ? 300 : 2_000));
  }
  throw new OfflineError('the photo is still being worked on');
}
