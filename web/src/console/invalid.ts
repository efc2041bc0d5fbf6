// What is wrong with a field of the console, found by the screen itself or by the platform.

import { ProblemError } from '../api/client.ts';

export { refused as invalid } from '../ui/refused.ts';

/** What an error says of a field, if it does. */
export const fieldOf = (error: Error | null, name: string) =>
  error instanceof ProblemError ? error.field(name) : null;
