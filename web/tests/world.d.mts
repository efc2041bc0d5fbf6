import type { Page } from 'playwright-core';
import type { Schemas } from '../src/api/client.ts';

/** Signs somebody new in by a code to a fresh mailbox. */
export function resident(origin: string, commune: string, email?: string): Promise<Schemas['SessionView']>;
/** A photo as a phone takes it. */
export function photo(page: Page, turn?: number, width?: number, height?: number): Promise<Buffer>;
/** A report of the session's account with photos (JPEGs), somewhere in the middle of the commune. */
export function report(
  origin: string,
  session: Schemas['SessionView'],
  photos: Buffer[],
  description?: string,
): Promise<Schemas['CreatedReport']>;
