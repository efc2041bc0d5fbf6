// One at a time, also across tabs.

const here = new Map<string, Promise<unknown>>();

/** Runs `work` when nobody else holds `name`. Browsers without locks keep the order within the tab. */
export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (navigator.locks) return navigator.locks.request(`parvis-${name}`, work) as Promise<T>;
  const before = here.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  here.set(name, mine);
  return mine;
}
