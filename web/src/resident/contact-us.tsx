// How services of the commune are reached and when they are open, for what is no matter of a report.

import type { Schemas } from '../api/client.ts';
import { day, t, weekday } from '../texts/index.ts';
import { dayOf } from '../ui/paris.ts';
import { phoneWords } from '../ui/phone.ts';
import { Their, theirs } from '../ui/their.tsx';
import type { Commune } from './commune.ts';

const DAYS: Schemas['Day'][] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export function ContactUs({ commune }: { commune: Commune }) {
  const reached = commune.services.filter(
    ({ contact, opening_hours }) => contact.phone || contact.email || contact.address || opening_hours,
  );
  return (
    <section>
      {reached.length > 0 && <h2>{t.resident.home.contact}</h2>}
      {reached.map((service) => (
        <div key={service.id}>
          <address class="reach">
            <strong lang={theirs()}>{service.name}</strong>
            {service.contact.address && <Their>{service.contact.address}</Their>}
            {service.contact.phone && <a href={`tel:${service.contact.phone}`}>{phoneWords(service.contact.phone)}</a>}
            {service.contact.email && <a href={`mailto:${service.contact.email}`}>{service.contact.email}</a>}
          </address>
          {service.opening_hours && <Opening hours={service.opening_hours} name={service.name} />}
        </div>
      ))}
      <p class="small">{t.resident.home.urgent}</p>
    </section>
  );
}

function Opening({ hours, name }: { hours: Schemas['OpeningHours']; name: string }) {
  const words = t.resident.home;
  const today = dayOf();
  const ahead = (hours.exceptions ?? []).filter((e) => e.to >= today);
  const times = (all: readonly Schemas['Hours'][]) =>
    all.map(({ opens, closes }) => words.hours(opens, closes).replaceAll(' ', '\u00a0')).join(', ') || words.closed;
  return (
    <details class="opening">
      <summary>
        {words.open}{' '}
        <span class="sr" lang={theirs()}>
          {name}
        </span>
      </summary>
      <dl>
        {DAYS.map((name, i) => (
          <div key={name}>
            <dt>{weekday(i + 1)}</dt>
            <dd>{times((hours.weekly ?? []).filter((w) => w.days.includes(name)))}</dd>
          </div>
        ))}
        {ahead.map((e) => (
          <div key={e.from}>
            <dt>{words.except(day(e.from), day(e.to))}</dt>
            <dd>
              {times(e.hours ?? [])}
              {e.note && (
                <>
                  {' – '}
                  <Their>{e.note}</Their>
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
