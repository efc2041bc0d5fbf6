// On the commune's home, before anything else: the dangers of this moment. That they cannot be had never takes the home away.

import { ago, t } from '../../texts/index.ts';
import { isGrave, Severity, whenOver } from '../../ui/alert-bits.tsx';
import { useFreshWhenSeen, useInForce } from '../../ui/alerts.ts';
import { useLoad } from '../../ui/load.ts';
import { theirs } from '../../ui/their.tsx';
import type { Commune } from '../commune.ts';
import { alertLink } from '../links.ts';
import { alertsInForce } from './data.ts';

/** More than these are behind a link. */
const SHOWN = 3;

export function AlertsNow({ commune }: { commune: Commune }) {
  const { id } = commune;
  const loaded = useLoad(`/v1/${id}/alerts?in_force=true`, () => alertsInForce(id, SHOWN + 1), id);
  useFreshWhenSeen(loaded);
  const alerts = useInForce(loaded.data ?? []);
  if (alerts.length === 0) return null;
  const words = t.resident.alerts;
  return (
    <section class="alerts-now" aria-labelledby="alerts-now">
      <h2 id="alerts-now">{words.now(alerts.length)}</h2>
      {loaded.asOf !== null && <p class="small">{words.unsure(ago(loaded.asOf))}</p>}
      <ul class="plain">
        {alerts.slice(0, SHOWN).map((alert) => (
          <li key={alert.id} class={isGrave(alert) ? 'alert-now grave' : 'alert-now'}>
            <Severity alert={alert} />
            <h3>
              <a href={alertLink(id, alert.id)} lang={theirs()}>
                {alert.headline}
              </a>
            </h3>
            <p class="small">{whenOver(alert, true)}</p>
          </li>
        ))}
      </ul>
      {alerts.length > SHOWN && (
        <p>
          <a class="stand-alone" href={`/${id}/alerts`}>
            {words.allNow}
          </a>
        </p>
      )}
    </section>
  );
}
