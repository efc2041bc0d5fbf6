// What came since a list was loaded; the list itself stays as it is until somebody asks.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, body, type Schemas } from '../api/client.ts';
import { ofServices, type Status } from './filters.ts';

type Summary = Schemas['ReportSummary'];

/** How often it is asked whether something came. */
const EVERY = 60_000;
/** More than these are not counted. */
export const MOST_FRESH = 25;

interface Shown {
  query: { kind?: Schemas['Kind']; category?: string; zone?: string };
  services: readonly (string | null)[];
  status: Status | null;
  reports: readonly Summary[];
  /** When the list was loaded, by the platform's clock; null before. */
  since: number | null;
}

export function useFresh(commune: string, shown: Shown): Summary[] {
  const [fresh, setFresh] = useState<{ since: number | null; reports: Summary[] }>({ since: null, reports: [] });
  const latest = useRef(shown);
  latest.current = shown;
  useEffect(() => {
    const look = async () => {
      const { query, services, status, reports, since } = latest.current;
      if (since === null || document.hidden || !navigator.onLine) return;
      try {
        const asked = { ...query, since: new Date(since).toISOString(), limit: MOST_FRESH };
        const got = await body(api.GET('/v1/{commune}/reports', { params: { path: { commune }, query: asked } }));
        const wanted = ofServices(got.reports, services).filter((one) =>
          status ? one.status === status : one.group === 'open',
        );
        setFresh({ since, reports: wanted.filter((one) => !reports.some(({ id }) => id === one.id)) });
      } catch (error) {
        // The next look may have a network.
        console.debug('nothing new is known', error);
      }
    };
    const timer = setInterval(look, EVERY);
    const back = () => void look();
    document.addEventListener('visibilitychange', back);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', back);
    };
  }, [commune]);
  // What was loaded anew holds what was new.
  return fresh.since === shown.since ? fresh.reports : [];
}
