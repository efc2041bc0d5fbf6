// Addresses inside the app.

/** `next` if it is a path of this site, else `otherwise`: a link must not lead somebody who signed in elsewhere. */
export function safeNext(next: string | undefined, otherwise: string): string {
  if (!next?.startsWith('/') || /[\\\s]/.test(next)) return otherwise;
  const url = new URL(next, 'https://parvis.invalid');
  if (url.host !== 'parvis.invalid' || url.pathname.startsWith('//')) return otherwise;
  return url.pathname + url.search + url.hash;
}

/** Signing in, and back to where one is now. */
export const signInLink = (commune: string, back: string) => `/${commune}/sign-in?next=${encodeURIComponent(back)}`;

/** Giving the code of an invitation, and back. */
export const joinLink = (commune: string, back: string) => `/${commune}/join?next=${encodeURIComponent(back)}`;

export const alertLink = (commune: string, alert: string) => `/${commune}/alerts/${alert}`;

export const reportLink = (commune: string, report: string) => `/${commune}/reports/${report}`;
