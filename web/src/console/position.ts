// Which reports the inbox showed last, in its order: the way from one report to the next.

let last: readonly string[] = [];

export function rememberList(ids: readonly string[]) {
  last = ids;
}

/** The one before and the one after in that list. */
export function neighbours(id: string): { before: string | undefined; after: string | undefined } {
  const at = last.indexOf(id);
  return at < 0 ? { before: undefined, after: last[0] } : { before: last[at - 1], after: last[at + 1] };
}
