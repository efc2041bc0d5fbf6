// `/{commune}/alerts/{id}`: one alert: what to do, what is known, and whether it is over. Phones lead here when it comes.

import { useRoute } from 'preact-iso';
import { api, body, ProblemError } from '../../api/client.ts';
import { ago, t } from '../../texts/index.ts';
import { AlertWords, facts, Severity, whenOver } from '../../ui/alert-bits.tsx';
import { type Alert, useFreshWhenSeen, useInForce } from '../../ui/alerts.ts';
import { useLoad } from '../../ui/load.ts';
import { Loading, Page } from '../../ui/page.tsx';
import { theirs } from '../../ui/their.tsx';
import { useCommune } from '../commune.ts';
import { alertLink } from '../links.ts';

export function AlertPage() {
  const id = useRoute().params.alert ?? '';
  // Another alert is another page: nothing of the one before stays.
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const commune = useCommune();
  const params = { path: { commune: commune.id, alert: id } };
  const loaded = useLoad(
    `/v1${alertLink(commune.id, id)}`,
    () => body(api.GET('/v1/{commune}/alerts/{alert}', { params })),
    commune.id,
  );
  useFreshWhenSeen(loaded);
  const words = t.resident.alerts;
  const { data: alert, error } = loaded;
  const unknown = error instanceof ProblemError && [400, 404, 422].includes(error.status);
  return (
    <Page
      title={unknown ? words.unknown : (alert?.headline ?? words.one)}
      where={commune.name}
      titleLang={alert && !unknown ? theirs() : undefined}
    >
      {unknown ? (
        <p>{words.unknownText}</p>
      ) : (
        <Loading of={{ ...loaded, asOf: null }}>{(alert) => <Shown alert={alert} asOf={loaded.asOf} />}</Loading>
      )}
      <p>
        <a class="button" href={`/${commune.id}/alerts`}>
          {words.all}
        </a>
      </p>
    </Page>
  );
}

function Shown({ alert, asOf }: { alert: Alert; asOf: number | null }) {
  const holds = useInForce([alert]).length > 0;
  const words = t.resident.alerts;
  return (
    <>
      {asOf !== null && <p class="notice warn">{words.unsure(ago(asOf))}</p>}
      {holds ? (
        <p class="alert-state">
          <Severity alert={alert} />
        </p>
      ) : (
        <Over alert={alert} />
      )}
      <AlertWords alert={alert} holds={holds} lang={theirs()} />
      <p class="small">{facts(alert, holds)}</p>
      {holds && <p>{t.resident.home.urgent}</p>}
    </>
  );
}

/** The all-clear in the commune's words, or that its time is over. */
function Over({ alert }: { alert: Alert }) {
  return (
    <div class="notice good">
      <p>
        <strong>{whenOver(alert, false)}</strong>
      </p>
      {alert.ended?.note ? (
        <p class="lines" lang={theirs()}>
          {alert.ended.note}
        </p>
      ) : (
        alert.ended && <p>{t.alert.allClear}</p>
      )}
    </div>
  );
}
