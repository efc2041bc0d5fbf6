// The commune that a screen is about: loaded once, known to all below.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Schemas } from '../api/client.ts';

export type Commune = Schemas['CommuneView'];

export const CommuneContext = createContext<Commune | null>(null);

/** Only below `CommuneApp`, which draws nothing before it has the commune. */
export function useCommune(): Commune {
  const commune = useContext(CommuneContext);
  if (!commune) throw new Error('outside of a commune');
  return commune;
}
