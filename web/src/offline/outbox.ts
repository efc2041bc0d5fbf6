// What waits leaves once, as soon as there is a network: the draft's id is its Idempotency-Key, one tab or service worker at a
// time sends it, and what may have arrived already is sent again exactly as it was.

import { api, body, OfflineError, ProblemError, type Schemas } from '../api/client.ts';
import { bearer, COOKIE, currentAccount, mayBeSignedIn, takeSession } from '../api/tokens.ts';
import { platformLanguage } from '../texts/language.ts';
import {
  changeDraft,
  type Draft,
  discardPhotos,
  draftsOf,
  getDraft,
  getPhoto,
  PHOTO_GONE,
  savePhoto,
} from './drafts.ts';
import { alone } from './lock.ts';
import { prove } from './proof.ts';
import { at, stepOf } from './steps.ts';
import { PhotoGone, PhotoRefused, upload } from './upload.ts';

/** A queued draft is not tried again before this, unless somebody asks. */
const PAUSE = 20_000;

/** Sends a queued draft now; what came of it is in the draft. */
export function send(id: string): Promise<Draft | null> {
  const asked = Date.now();
  return alone(`send-${id}`, async () => {
    const draft = await getDraft(id);
    if (draft?.state !== 'queued') return draft;
    // Whoever held the lock has just tried.
    if (draft.tried && draft.tried.at >= asked) return draft;
    at(id, { step: 'report' });
    try {
      return await attempt(draft);
    } catch (error) {
      return changeDraft(id, (now) => failed(now, error as Error));
    } finally {
      at(id, null);
    }
  });
}

/** Sends all that waits in a commune and may be tried; `fresh` says that the network has just come back. */
export async function sendWaiting(commune: string, fresh: boolean, arrived: (draft: Draft) => void): Promise<void> {
  if (!navigator.onLine) return;
  for (const draft of await draftsOf(commune)) {
    if (draft.state !== 'queued' || stepOf(draft.id)) continue;
    // What the platform itself put off waits all the same.
    const wait = fresh && draft.tried?.detail === null ? 0 : (draft.tried?.next ?? 0);
    if (wait > Date.now()) continue;
    const after = await send(draft.id);
    if (after && after.state !== 'queued') arrived(after);
  }
}

async function attempt(draft: Draft): Promise<Draft | null> {
  let now = draft;
  for (let turn = 0; ; turn++) {
    const account = (await bearer(now.commune)) ? currentAccount() : null;
    // The session is there and could not be renewed just now: that is nobody's signing out.
    if (!account && mayBeSignedIn(now.commune)) throw new OfflineError('not renewed');
    const not = foreign(now, account);
    if (not) return blocked(now, { code: not, detail: '', errors: [] });
    const sealed = now.sealed ?? { account, body: await compose(now, account) };
    await changeDraft(now.id, () => ({ sealed }));
    now = { ...now, sealed };
    try {
      return await taken(now, await post(now, sealed.body));
    } catch (error) {
      if (!(error instanceof ProblemError) || turn >= 3) throw error;
      if (error.status === 401) continue;
      const stale = await forgetPhotos(now, error);
      if (!stale) throw error;
      now = { ...now, sealed: null };
    }
  }
}

/**
 * Why `account` (null for a guest) may not send it, or null: what may be there already would be there twice, and what somebody
 * sent off, with their account or as a guest, does not leave in another's name.
 */
function foreign({ sealed, by }: Draft, account: string | null): 'signed_out' | 'now_signed_in' | null {
  if (by && !by.signedIn && account) return 'now_signed_in';
  if (sealed && sealed.account !== account) return 'signed_out';
  if (!by?.signedIn) return null;
  return account === null || (by.account && by.account !== account) ? 'signed_out' : null;
}

/** The request, with the photos at the platform. */
async function compose(draft: Draft, account: string | null): Promise<Schemas['NewReport']> {
  const photos: Schemas['PhotoRef'][] = [];
  for (const [index, id] of draft.photos.entries()) {
    const progress = (part: number) =>
      at(draft.id, { step: 'photo', number: index + 1, of: draft.photos.length, part });
    progress(0);
    const { announced } = await upload(draft.commune, id, progress);
    if (announced) photos.push({ id: announced.photo, claim: announced.claim });
  }
  const { kind, category, description, answers, place, address, contact } = draft.content;
  const words = address.trim() ? { address: address.trim() } : {};
  const exact = place?.accuracy_m === undefined ? {} : { accuracy_m: place.accuracy_m };
  return {
    kind,
    description: description.trim(),
    language: platformLanguage(),
    answers,
    photos,
    ...(category ? { category } : {}),
    ...(place ? { place: { longitude: place.longitude, latitude: place.latitude, ...exact, ...words } } : {}),
    ...(!account && contact.by === 'phone' ? { contact: { phone: contact.value.trim() } } : {}),
    ...(!account && contact.by === 'email' ? { contact: { email: contact.value.trim() } } : {}),
  };
}

async function post(draft: Draft, report: Schemas['NewReport']): Promise<Schemas['CreatedReport']> {
  const path = { commune: draft.commune };
  let proof: string | null = null;
  for (let turn = 0; ; turn++) {
    at(draft.id, { step: 'report' });
    const header = { 'Idempotency-Key': draft.id, ...(proof ? { 'Proof-Of-Work': proof } : {}) };
    try {
      return await body(api.POST('/v1/{commune}/reports', { params: { path, header }, body: report }));
    } catch (error) {
      if (!(error instanceof ProblemError && error.code === 'proof_required') || turn >= 2) throw error;
      at(draft.id, { step: 'proof' });
      proof = await prove(await body(api.GET('/v1/{commune}/proof-of-work', { params: { path } })));
    }
  }
}

async function taken(draft: Draft, report: Schemas['CreatedReport']): Promise<Draft | null> {
  const { confirmation } = report;
  if (!confirmation) return arrived(draft.id, report, null);
  const now = Date.now();
  return changeDraft(draft.id, () => ({
    state: 'code',
    refusal: null,
    tried: null,
    confirmation: {
      report: report.id,
      // Its groups stay together on a narrow screen.
      contact: confirmation.contact.replaceAll(' ', '\u00a0'),
      sent: confirmation.sent,
      consent: confirmation.sms_consent ?? null,
      at: now,
      expires: now + confirmation.expires_in * 1000,
      resend: now + confirmation.resend_after * 1000,
    },
  }));
}

async function arrived(
  id: string,
  report: Pick<Schemas['ReportView'], 'id' | 'service' | 'expected' | 'visibility'>,
  contact: string | null,
): Promise<Draft | null> {
  const done = await changeDraft(id, (draft) => ({
    state: 'done',
    sealed: null,
    refusal: null,
    tried: null,
    photos: [],
    confirmation: null,
    // Nothing of what was written stays on the device longer than it has to.
    content: { ...draft.content, answers: {}, address: '', contact: { by: 'phone', value: '' } },
    result: {
      report: report.id,
      service: report.service.name,
      expected: report.expected ?? null,
      open: report.visibility === 'public',
      contact,
    },
  }));
  await discardPhotos(id);
  return done;
}

const blocked = (draft: Draft, refusal: NonNullable<Draft['refusal']>) =>
  changeDraft(draft.id, () => ({ state: 'blocked', refusal }));

/** What becomes of a draft whose attempt failed. */
function failed(draft: Draft, error: Error): Partial<Draft> {
  const now = Date.now();
  if (error instanceof PhotoGone) return { state: 'blocked', refusal: PHOTO_GONE };
  if (error instanceof PhotoRefused)
    return { state: 'blocked', refusal: { code: 'photo_refused', detail: error.message, errors: [] } };
  if (error instanceof ProblemError && error.status !== 429 && error.status < 500) {
    const { detail, errors = [] } = error.problem;
    // It certainly is not there, unless it was there before.
    const sealed = error.code === 'idempotency_reuse' ? draft.sealed : null;
    return { state: 'blocked', sealed, refusal: { code: error.code, detail, errors } };
  }
  const wait = error instanceof ProblemError ? (error.retryAfter ?? 60) * 1000 : PAUSE;
  const detail = error instanceof ProblemError ? error.problem.detail : null;
  return { tried: { at: now, detail, next: now + wait } };
}

/** Has the photos uploaded again that the platform does not know any more; false if that is not what is wrong. */
async function forgetPhotos(draft: Draft, error: ProblemError): Promise<boolean> {
  const errors = error.problem.errors ?? [];
  const stale = errors.filter((e) => ['unknown_photo', 'attached_photo', 'photo_not_ready'].includes(e.code));
  if (stale.length === 0 || stale.length < errors.length) return false;
  for (const { field } of stale) {
    const photo = await getPhoto(draft.photos[Number(field.split('.')[1])] ?? '');
    if (photo) await savePhoto({ ...photo, announced: null });
  }
  await changeDraft(draft.id, () => ({ sealed: null }));
  return true;
}

/** Redeems the code; the guest is signed in afterwards. */
export function confirm(id: string, code: string): Promise<Draft | null> {
  return alone(`send-${id}`, async () => {
    const draft = await getDraft(id);
    const waiting = draft?.confirmation;
    if (draft?.state !== 'code' || !waiting) return draft;
    const params = { path: { commune: draft.commune, report: waiting.report } };
    const request = { params, headers: COOKIE, body: { code } };
    try {
      const { session, report } = await body(api.POST('/v1/{commune}/reports/{report}/confirmation', request));
      if (session) takeSession(session);
      if (!report) return draft;
      return await arrived(id, report, waiting.contact);
    } catch (error) {
      return over(draft, waiting, error);
    }
  });
}

/** Nothing is left to confirm: an earlier answer got lost on its way, or the day is over. Other errors are thrown again. */
function over(draft: Draft, waiting: NonNullable<Draft['confirmation']>, error: unknown): Promise<Draft | null> {
  const code = error instanceof ProblemError ? error.code : '';
  if (code === 'report_expired') return blocked(draft, { code: 'unconfirmed_too_long', detail: '', errors: [] });
  if (code !== 'confirmed_already') throw error;
  const report = { id: waiting.report, service: { id: '', name: '' }, expected: null, visibility: 'pending' as const };
  return arrived(draft.id, report, waiting.contact);
}

/** Asks for another code. */
export async function anotherCode(id: string): Promise<void> {
  const draft = await getDraft(id);
  const waiting = draft?.confirmation;
  if (!draft || !waiting) return;
  const params = { path: { commune: draft.commune, report: waiting.report } };
  try {
    const { code } = await body(api.POST('/v1/{commune}/reports/{report}/confirmation', { params, body: {} }));
    if (code) await changeDraft(id, () => ({ confirmation: renewed(waiting, code) }));
  } catch (error) {
    await over(draft, waiting, error);
  }
}

function renewed(waiting: NonNullable<Draft['confirmation']>, code: Schemas['CodeSent']): Draft['confirmation'] {
  const now = Date.now();
  const [expires, resend] = [now + code.expires_in * 1000, now + code.resend_after * 1000];
  return { ...waiting, sent: true, consent: code.sms_consent ?? null, expires, resend };
}
