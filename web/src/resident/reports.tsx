// `/{commune}/reports`: the list, and beside it (on a phone behind it) the map, both filtered by the address.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Schemas } from '../api/client.ts';
import type { Pin } from '../map/pins.ts';
import { ago, t } from '../texts/index.ts';
import { useModule } from '../ui/later.ts';
import { More, Page } from '../ui/page.tsx';
import { useWide } from '../ui/wide.ts';
import { useCommune } from './commune.ts';
import { FilterForm } from './filter-form.tsx';
import { asQuery, countOf, type Filters, listLink, readFilters } from './filters.ts';
import { signInLink } from './links.ts';
import { PickedCard } from './picked-card.tsx';
import { ReportCards, titleOf } from './report-card.tsx';
import { type Summary, useReports } from './reports-data.ts';
import './reports.css';
import { useSignedIn } from './signed-in.ts';

const loadMap = () => import('../map/reports-map.tsx');
const loadPins = () => import('../map/pins.ts');

export function Reports() {
  const commune = useCommune();
  const { query, url } = useLocation();
  const filters = readFilters(query, commune);
  const signedIn = useSignedIn(commune.id);
  const needsAccount = filters.whose !== '';
  const asked = !needsAccount || signedIn === 'in' || signedIn === 'offline' ? asQuery(filters) : null;
  const reports = useReports(commune.id, asked);
  const wide = useWide();
  const hasMap = commune.modules.includes('map');
  const onMap = query.view === 'map' && hasMap;
  const words = t.resident.list;
  const title = { '': words.title, mine: words.mineTitle, following: words.followingTitle }[filters.whose];
  return (
    <Page title={title} where={commune.name} class="reports-page" lead={filters.whose ? undefined : words.lead}>
      <FilterForm commune={commune} filters={filters} view={onMap ? 'map' : undefined} />
      {hasMap && !wide && (
        <p class="tabs">
          <a href={listLink(commune.id, filters)} aria-current={onMap ? undefined : 'true'}>
            {t.map.list}
          </a>
          <a href={listLink(commune.id, filters, 'map')} aria-current={onMap ? 'true' : undefined}>
            {t.map.map}
          </a>
        </p>
      )}
      <div class={hasMap ? 'list-and-map' : ''}>
        {(wide || !onMap) && (
          <section aria-label={words.results}>
            <h2 class="sr">{words.results}</h2>
            {reports.asOf !== null && <p class="notice">{t.common.offlineAsOf(ago(reports.asOf))}</p>}
            {needsAccount && signedIn === 'out' ? (
              <p>
                {words.signIn} <a href={signInLink(commune.id, url)}>{t.common.signIn}</a>
              </p>
            ) : (
              <>
                <ReportCards commune={commune} reports={reports.items} />
                {!reports.loading && !reports.error && reports.items.length === 0 && (
                  <p class="empty">{reports.hasMore ? words.sparse : emptyWords(filters)}</p>
                )}
                <More of={reports} />
              </>
            )}
          </section>
        )}
        {hasMap && (wide || onMap) && <MapSide filters={filters} items={reports.items} />}
      </div>
    </Page>
  );
}

function emptyWords(filters: Filters): string {
  const words = t.resident.list;
  if (countOf(filters) > (filters.whose ? 1 : 0)) return words.none;
  return { '': words.noneAtAll, mine: words.noneMine, following: words.noneFollowing }[filters.whose];
}

/** The map of all that is in view and goes with the filters; of one's own and followed ones, those of the list. */
function MapSide({ filters, items }: { filters: Filters; items: readonly Summary[] }) {
  const commune = useCommune();
  const { module, failed } = useModule(loadMap);
  const [picked, pick] = useState<Pin | null>(null);
  const { mine, following, ...asked } = asQuery(filters);
  const ofList = mine || following;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is a new array on each drawing; its ids tell it apart
  const pins = useMemo(
    () => (ofList ? items.flatMap(asPin) : null),
    [ofList, items.map((r) => r.id + r.version).join()],
  );
  // A card of a report that is not on the map any more would be about nothing.
  useEffect(() => {
    if (picked && pins && !pins.some((p) => p.id === picked.id)) pick(null);
  }, [pins, picked]);
  if (failed) return <p class="notice warn">{t.resident.map.failed}</p>;
  const label = (pin: Pin) => `${titleOf(commune, pin)}, ${t.status[pin.status]}`;
  return (
    <div class="map-side">
      <h2 class="sr">{t.map.map}</h2>
      {module ? (
        <module.ReportsMap
          commune={commune}
          pins={pins}
          query={asked}
          label={label}
          picked={picked?.id ?? null}
          onPick={pick}
          view={new URLSearchParams(location.search).get('at') ?? undefined}
          onView={rememberView}
        />
      ) : (
        <div class="map" />
      )}
      {picked && (
        <PickedCard
          key={picked.id}
          commune={commune}
          pin={picked}
          known={items.find((r) => r.id === picked.id)}
          close={() => pick(null)}
        />
      )}
      <Legend kinds={commune.kinds} />
      <p class="small">{t.resident.map.help}</p>
    </div>
  );
}

/** What the signs and shapes of pins mean. */
function Legend({ kinds }: { kinds: readonly Schemas['Kind'][] }) {
  const { module } = useModule(loadPins);
  if (!module) return null;
  const words = t.resident.map;
  const entries: [string, Schemas['Kind'] | null, boolean][] = [
    [words.pinOpen, null, true],
    [words.pinClosed, null, false],
    ...kinds.map((kind): [string, Schemas['Kind'], boolean] => [t.kind[kind], kind, true]),
  ];
  return (
    <details class="legend">
      <summary>{words.legend}</summary>
      <ul class="plain">
        {entries.map(([label, kind, open]) => (
          <li key={label}>
            <span ref={(element) => element?.replaceChildren(module.pinPicture(kind, open))} />
            {label}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** In the address, so that a link and the way back find the map where it was; no entry of the history for each movement. */
function rememberView(view: string) {
  const url = new URL(location.href);
  url.searchParams.set('at', view);
  history.replaceState(history.state, '', url.pathname + url.search.replaceAll('%2C', ','));
}

function asPin(report: Summary): Pin[] {
  if (!report.place) return [];
  const { id, kind, status, category } = report;
  return [{ id, kind, status, category, latitude: report.place.latitude, longitude: report.place.longitude }];
}
