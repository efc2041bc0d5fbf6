// What a screen itself finds wrong with a field, as the platform would say it: shown beside the field and above the button.

import { ProblemError } from '../api/client.ts';

export const invalid = (field: string, detail: string) =>
  new ProblemError({
    type: 'urn:parvis:problem:invalid',
    title: '',
    status: 422,
    detail,
    errors: [{ field, code: 'invalid', detail }],
  });

/** What an error says of a field, if it does. */
export const fieldOf = (error: Error | null, name: string) =>
  error instanceof ProblemError ? error.field(name) : null;
