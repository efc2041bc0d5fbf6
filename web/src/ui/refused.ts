// What a screen itself finds wrong with fields, as the platform would say it: shown beside the field and above the button.

import { ProblemError } from '../api/client.ts';

/** By field, in words that are already the reader's. */
export const asProblem = (errors: Record<string, string>) =>
  new ProblemError({
    type: 'urn:parvis:problem:invalid',
    title: '',
    status: 422,
    detail: Object.values(errors)[0] ?? '',
    errors: Object.entries(errors).map(([field, detail]) => ({ field, code: 'here', detail })),
  });

export const refused = (field: string, detail: string) => asProblem({ [field]: detail });

/** What an error says of a field, if it does. */
export const fieldOf = (error: Error | null, name: string) =>
  error instanceof ProblemError ? error.field(name) : null;
