/** The first Chromium that starts here. */
export function find(): Promise<{ path: string; args: string[] }>;
/** Starts it. */
export function launch(): Promise<import('playwright-core').Browser>;
/** What `start` starts, tried again where it fails at first; fails with the last error. */
export function again<T>(start: () => Promise<T>): Promise<T>;
