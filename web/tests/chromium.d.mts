/** The first Chromium that starts here. */
export function find(): Promise<{ path: string; args: string[] }>;
