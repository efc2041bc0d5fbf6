// The zones of the commune on a map, those that are chosen stand out. What it shows is in the list beside it too.

import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure } from '../../ui/page.tsx';
import type { Settings } from './desk.ts';
import { d } from './texts/index.ts';

export function ZonesMap({ settings, chosen }: { settings: Settings; chosen: readonly string[] }) {
  const element = useRef<HTMLDivElement>(null);
  const [show, setShow] = useState<((chosen: readonly string[]) => void) | null>(null);
  const [error, setError] = useState<Error | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the map is made once
  useEffect(() => {
    let gone = false;
    let remove = () => {};
    import('../../ui/outline/map.ts')
      .then(async ({ outlineMap }) => {
        if (!element.current || gone) return;
        const made = await outlineMap(element.current, settings, null);
        remove = made.remove;
        if (gone) return remove();
        const zones = settings.zones.filter((zone) => !zone.archived);
        setShow(() => (ids: readonly string[]) => {
          made.others(zones.map((zone) => ({ ...zone, marked: ids.includes(zone.id) })));
        });
      })
      .catch(setError);
    return () => {
      gone = true;
      remove();
    };
  }, []);
  useEffect(() => show?.(chosen), [show, chosen]);
  if (error) return <Failure error={error} />;
  return <div ref={element} class="map small-map" role="application" aria-label={d.launch.zonesMap} />;
}
