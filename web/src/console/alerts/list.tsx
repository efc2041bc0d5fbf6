// `/{commune}/console/alerts`: the alerts of the commune, first those in force; who may send one begins here.

import { api, body } from '../../api/client.ts';
import { t } from '../../texts/index.ts';
import { Severity, whenOver } from '../../ui/alert-bits.tsx';
import { type Alert, useFreshWhenSeen, useInForce } from '../../ui/alerts.ts';
import { usePages } from '../../ui/load.ts';
import { More, Page } from '../../ui/page.tsx';
import { theirs } from '../../ui/their.tsx';
import { consolePath } from '../gate.tsx';
import { mayAlert, useStaff } from '../staff.ts';
import { c } from '../texts/index.ts';
import { useAlerting } from './now.ts';

export function Alerts() {
  const { commune } = useStaff();
  const path = { commune: commune.id };
  const pages = usePages(`console alerts ${commune.id}`, async (cursor) => {
    const query = cursor ? { cursor } : {};
    const page = await body(api.GET('/v1/{commune}/alerts', { params: { path, query } }));
    return { items: page.alerts, next: page.next };
  });
  useFreshWhenSeen(pages);
  const holding = useInForce(pages.items);
  const past = pages.items.filter((alert) => !holding.includes(alert));
  const words = c.alerts;
  return (
    <Page title={words.title} where={commune.name} lead={words.lead} class="desk">
      <Begin />
      {holding.length > 0 && <Part title={words.now} alerts={holding} holds />}
      {past.length > 0 && <Part title={words.past} alerts={past} holds={false} />}
      {!pages.loading && !pages.error && pages.items.length === 0 && <p class="card">{words.none}</p>}
      <More of={pages} />
    </Page>
  );
}

/** The way to a new one, or why there is none. */
function Begin() {
  const { commune, me } = useStaff();
  const { on, training } = useAlerting();
  if (!on)
    return (
      <div class="notice warn">
        <p>{c.alerts.off}</p>
        {me.role === 'administrator' && (
          <p>
            <a href={consolePath(commune.id, '/settings/general')}>{c.alerts.switchOn}</a>
          </p>
        )}
      </div>
    );
  return (
    <>
      {training && <p class="notice">{c.alerts.training}</p>}
      {mayAlert(me) ? (
        <p>
          <a class="button main" href={consolePath(commune.id, '/alerts/new')}>
            {c.alerts.write}
          </a>
        </p>
      ) : (
        <p class="notice">{c.alerts.notYours}</p>
      )}
    </>
  );
}

function Part({ title, alerts, holds }: { title: string; alerts: readonly Alert[]; holds: boolean }) {
  const { commune } = useStaff();
  return (
    <section>
      <h2>{title}</h2>
      <ul class="plain rows">
        {alerts.map((alert) => (
          <li key={alert.id} class="row">
            <span class="what">
              <a href={consolePath(commune.id, `/alerts/${alert.id}`)} lang={theirs()}>
                {alert.headline}
              </a>
              <small>{[t.alert.category[alert.category], whenOver(alert, holds)].join(' · ')}</small>
            </span>
            <Severity alert={alert} />
          </li>
        ))}
      </ul>
    </section>
  );
}
