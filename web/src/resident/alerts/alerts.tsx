// `/{commune}/alerts`: what the commune warned of, first what holds.

import { ago, t } from '../../texts/index.ts';
import { isGrave, Severity, whenOver } from '../../ui/alert-bits.tsx';
import { type Alert, useFreshWhenSeen, useInForce } from '../../ui/alerts.ts';
import { usePages } from '../../ui/load.ts';
import { More, Page } from '../../ui/page.tsx';
import { theirs } from '../../ui/their.tsx';
import { useCommune } from '../commune.ts';
import { alertLink } from '../links.ts';
import { alertPage } from './data.ts';

export function Alerts() {
  const { id, name } = useCommune();
  const pages = usePages(`/v1/${id}/alerts`, (cursor) => alertPage(id, cursor), id);
  useFreshWhenSeen(pages);
  const holding = useInForce(pages.items);
  const past = pages.items.filter((alert) => !holding.includes(alert));
  const words = t.resident.alerts;
  return (
    <Page title={words.title} where={name} lead={words.lead}>
      {pages.asOf !== null && <p class="notice">{words.unsure(ago(pages.asOf))}</p>}
      {holding.length > 0 && <Part title={words.now(holding.length)} commune={id} alerts={holding} holds />}
      {past.length > 0 && <Part title={words.past} commune={id} alerts={past} />}
      {!pages.loading && !pages.error && pages.items.length === 0 && <p class="card">{words.none}</p>}
      <More of={pages} />
    </Page>
  );
}

function Part(props: { title: string; commune: string; alerts: readonly Alert[]; holds?: boolean }) {
  const { title, commune, alerts, holds = false } = props;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="plain">
        {alerts.map((alert) => (
          <li key={alert.id} class={holds ? (isGrave(alert) ? 'alert-now grave' : 'alert-now') : 'alert-past'}>
            {holds && <Severity alert={alert} />}
            <h3>
              <a href={alertLink(commune, alert.id)} lang={theirs()}>
                {alert.headline}
              </a>
            </h3>
            <p class="small">{whenOver(alert, holds)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
