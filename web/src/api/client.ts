// The API as typed calls: bearer token, language, problems (RFC 9457) as errors, and no network as an error of its own.

import createClient from 'openapi-fetch';
import { platformLanguage } from '../texts/language.ts';
import type { components, paths } from './schema.d.ts';
import { bearer, dropSession } from './tokens.ts';

export type Schemas = components['schemas'];

/** A body of `application/problem+json`. */
export class ProblemError extends Error {
  readonly problem: Schemas['Problem'];
  /** Seconds to wait (`Retry-After`), where the answer says so. */
  readonly retryAfter: number | null;

  constructor(problem: Schemas['Problem'], retryAfter: number | null = null) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** The last part of `type`: `too_long`, `outside_boundary`, … */
  get code(): string {
    return this.problem.type.split(':').at(-1) ?? '';
  }

  get status(): number {
    return this.problem.status;
  }

  /** What is wrong with one field (a path like `place.longitude`), or null. */
  field(name: string): string | null {
    return this.problem.errors?.find((e) => e.field === name || e.field.startsWith(`${name}.`))?.detail ?? null;
  }
}

/** Nobody answered: no network, or it broke off. Whether the request arrived is not known. */
export class OfflineError extends Error {}

const client = createClient<paths>({ baseUrl: '/', fetch: reach });

client.use({
  async onRequest({ request }) {
    request.headers.set('accept-language', platformLanguage());
    const commune = new URL(request.url).pathname.split('/')[2];
    // Sessions are opened and refreshed without a token.
    const token = commune && !request.headers.has('parvis-session') ? await bearer(commune) : null;
    if (token) request.headers.set('authorization', `Bearer ${token}`);
    return request;
  },
});

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new OfflineError('no network', { cause: error });
  }
}

/** What openapi-fetch answers. */
type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The answer's body, or the problem as an error. */
export async function body<T>(answer: Promise<Answer<T>>): Promise<T> {
  return (await whole(answer)).data;
}

/** As {@link body}, with the response for its headers. */
export async function whole<T>(answer: Promise<Answer<T>>): Promise<{ data: T; response: Response }> {
  const { data, error, response } = await answer;
  if (response.ok) return { data: data as T, response };
  const said = error as Partial<Schemas['Problem']> | undefined;
  // Without a body of ours something between the phone and the platform answered.
  if (response.status >= 502 && !said?.type) throw new OfflineError(`status ${response.status}`);
  const problem: Schemas['Problem'] = {
    type: said?.type ?? 'urn:parvis:problem:unknown',
    title: said?.title ?? response.statusText,
    status: response.status,
    detail: said?.detail ?? response.statusText,
    ...(said?.errors ? { errors: said.errors } : {}),
    ...(said?.request_id ? { request_id: said.request_id } : {}),
  };
  const after = Number(response.headers.get('retry-after'));
  if (response.status === 401) dropSession();
  throw new ProblemError(problem, Number.isFinite(after) && after > 0 ? after : null);
}

export const api = client;
