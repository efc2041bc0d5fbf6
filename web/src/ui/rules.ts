// What a rule of the platform refuses, in the reader's words: the platform names the rule by a code that never changes.

import { ProblemError } from '../api/client.ts';

/** By code, or by code and the field's last part: `out_of_range:days`. */
export type RuleWords = Readonly<Record<string, string>>;

/** The same error; what `words` has words for is said by them, the rest as the platform said it. */
export function inWords(error: unknown, words: RuleWords): unknown {
  if (!(error instanceof ProblemError)) return error;
  const { problem } = error;
  const errors = problem.errors?.map((e) => {
    // What cannot even be read is named as `services[0].email`, what a rule refuses as `services.0.email`.
    const field = e.field.replaceAll(/\[(\d+)\]/g, '.$1');
    const last = field.split('.').at(-1);
    return { ...e, field, detail: words[`${e.code}:${last}`] ?? words[e.code] ?? e.detail };
  });
  const own = words[error.code];
  const detail = own ?? problem.detail;
  return new ProblemError({ ...problem, detail, ...(errors ? { errors } : {}) }, error.retryAfter);
}

/** As {@link inWords}, around a call. */
export async function told<T>(call: Promise<T>, words: RuleWords): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw inWords(error, words);
  }
}
