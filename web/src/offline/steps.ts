// What is being done with a draft just now, for whoever shows it.

export type Step = { step: 'photo'; number: number; of: number; part: number } | { step: 'proof' } | { step: 'report' };

const steps = new Map<string, Step>();
const listeners = new Set<() => void>();

export const stepOf = (id: string) => steps.get(id) ?? null;

export function onSteps(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Says what is being done with a draft; null for nothing more. */
export function at(id: string, step: Step | null) {
  if (step) steps.set(id, step);
  else steps.delete(id);
  for (const listener of listeners) listener();
}
