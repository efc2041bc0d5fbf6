// "Not yet here": whether the commune takes reports of this person, this category and this place, before they are typed.

import { useEffect, useState } from 'preact/hooks';
import { api, body, type Schemas } from '../../api/client.ts';
import type { Content } from '../../offline/drafts.ts';
import { useWhenBack } from '../../ui/when-back.ts';
import type { Commune } from '../commune.ts';

/** Whether everybody may report; then nothing has to be asked. */
const isOpen = (commune: Commune) => commune.launch.phase === 'live';

type Query = { category?: string; longitude?: number; latitude?: number };

function useCheck(commune: Commune, query: Query | null): Schemas['LaunchCheck'] | null {
  const [answer, set] = useState<Schemas['LaunchCheck'] | null>(null);
  const what = query && JSON.stringify(query);
  const [turn, again] = useState(0);
  useWhenBack(() => {
    if (answer === null) again((n) => n + 1);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again
  useEffect(() => {
    set(null);
    if (what === null || isOpen(commune)) return;
    let current = true;
    const params = { path: { commune: commune.id }, query: JSON.parse(what) as Query };
    body(api.GET('/v1/{commune}/launch/check', { params }))
      .then((found) => {
        if (current) set(found);
      })
      .catch(() => {
        // Asked again when the network is back; the platform also says so when the report is sent.
      });
    return () => {
      current = false;
    };
  }, [commune, what, turn]);
  return answer;
}

/** Why nobody like the reader may report at all, or null. */
export function useClosed(commune: Commune): Schemas['LaunchCheck'] | null {
  const answer = useCheck(commune, {});
  return answer && !answer.taken && (answer.field === 'launch' || answer.field === 'account') ? answer : null;
}

/** Why not about this category or from this place, or null. */
export function useTaken(commune: Commune, { category, place }: Content): string | null {
  const answer = useCheck(
    commune,
    place || category
      ? {
          ...(category ? { category } : {}),
          ...(place ? { longitude: place.longitude, latitude: place.latitude } : {}),
        }
      : null,
  );
  if (!answer || answer.taken) return null;
  // What is not chosen yet stands in nobody's way.
  if ((answer.field === 'place' && !place) || (answer.field === 'category' && !category)) return null;
  return answer.detail ?? null;
}
