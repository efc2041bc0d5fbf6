// The report whose pin was chosen on the map, with the way to its page.

import { useEffect, useRef } from 'preact/hooks';
import { api, body, type Schemas } from '../api/client.ts';
import type { Pin } from '../map/pins.ts';
import { t } from '../texts/index.ts';
import { useLoad } from '../ui/load.ts';
import { Loading } from '../ui/page.tsx';
import type { Commune } from './commune.ts';
import { ReportCard } from './report-card.tsx';
import type { Summary } from './reports-data.ts';

export function PickedCard(props: { commune: Commune; pin: Pin; known: Summary | undefined; close: () => void }) {
  const { commune, pin, known, close } = props;
  const card = useRef<HTMLDivElement>(null);
  const what = known ? null : `/v1/${commune.id}/reports/${pin.id}`;
  const params = { path: { commune: commune.id, report: pin.id } };
  const loaded = useLoad(what, () => body(api.GET('/v1/{commune}/reports/{report}', { params })), commune.id);
  useEffect(() => card.current?.focus(), []);
  return (
    <section
      ref={card}
      class="card picked-card"
      tabIndex={-1}
      aria-label={t.kind[pin.kind]}
      onKeyDown={(e) => e.key === 'Escape' && close()}
    >
      <button type="button" class="quiet close" aria-label={t.common.close} onClick={close}>
        ✕
      </button>
      {known ? (
        <ReportCard commune={commune} report={known} />
      ) : (
        <Loading of={loaded}>{(report) => <ReportCard commune={commune} report={summary(report)} />}</Loading>
      )}
    </section>
  );
}

function summary(report: Schemas['ReportView']): Summary {
  const { photos, description, ...rest } = report;
  const line = [...description.replace(/\s+/g, ' ')];
  const excerpt = line.length > 160 ? `${line.slice(0, 159).join('')}…` : line.join('');
  return { ...rest, excerpt, photo: photos[0] ?? null };
}
