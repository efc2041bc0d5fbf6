// What every screen says of an alert: how bad it may get, what kind of danger, and whether it holds.

import { dayTime, t } from '../texts/index.ts';
import type { Alert } from './alerts.ts';
import './alerts.css';

/** The two worst look so; whichever it is, it is said in words beside a sign. */
export const isGrave = ({ severity }: Pick<Alert, 'severity'>) => severity === 'extreme' || severity === 'severe';

export function Severity({ alert }: { alert: Pick<Alert, 'severity'> }) {
  return (
    <strong class={isGrave(alert) ? 'severity grave' : 'severity'}>
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <path d="M12 4 2.5 20.5h19ZM12 10v5m0 2.5v.5" />
      </svg>
      {t.alert.severity[alert.severity]}
    </strong>
  );
}

/** Until when it holds, or since when it is over and why. */
export function whenOver(alert: Alert, holds: boolean): string {
  if (holds) return t.alert.until(dayTime(alert.expires));
  return alert.ended ? t.alert.ended(dayTime(alert.ended.at)) : t.alert.expired(dayTime(alert.expires));
}

/** What is not said of it elsewhere on its page. */
export const facts = (alert: Alert, holds: boolean): string =>
  [
    t.alert.sent(dayTime(alert.sent)),
    holds ? whenOver(alert, true) : t.alert.severity[alert.severity],
    t.alert.category[alert.category],
  ].join(' · ');

/** What to do before what is known: it is what somebody in danger reads. */
export function AlertWords({ alert, holds, lang }: { alert: Alert; holds: boolean; lang: 'fr' | undefined }) {
  return (
    <>
      {alert.instruction && (
        <section>
          <h2>{holds ? t.alert.whatToDo : t.alert.whatWasToDo}</h2>
          <p class={holds ? 'alert-words to-do' : 'alert-words'} lang={lang}>
            {alert.instruction}
          </p>
        </section>
      )}
      <section>
        <h2>{holds ? t.alert.whatIsKnown : t.alert.whatWasKnown}</h2>
        <p class="alert-words" lang={lang}>
          {alert.description}
        </p>
      </section>
    </>
  );
}
