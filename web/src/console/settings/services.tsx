// Services: their list, and one of them with how residents reach it and when it is open.

import { useMemo } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { Schemas } from '../../api/client.ts';
import { Check, Choices, TextField } from '../../ui/form.tsx';
import { idFor, oneOf, type Service, type Settings, useCommuneId } from './desk.ts';
import { Explained } from './general.tsx';
import { ListScreen } from './lists.tsx';
import { PartPage } from './part.tsx';
import { Remove } from './remove.tsx';
import { d } from './texts/index.ts';

const BLANK: Service = { id: '', name: '', contact: {}, archived: false };

export function Services() {
  const s = d.services;
  return (
    <ListScreen
      list="services"
      title={s.title}
      lead={s.lead}
      add={s.add}
      empty={s.empty}
      about={(settings, at) => {
        const service = settings.services[at];
        if (!service) return null;
        const byDefault = settings.default_service === service.id ? s.isDefault : '';
        return [byDefault, service.email ?? s.noMail].filter(Boolean).join(' · ');
      }}
    />
  );
}

export function ServiceScreen() {
  const commune = useCommuneId();
  const { route } = useLocation();
  // Of the route and not of the address, which is the next screen's while this one still shows.
  const id = useRoute().params.id ?? '';
  const fresh = id === 'new';
  const part = useMemo(() => {
    const one = oneOf('services', fresh ? null : id, BLANK);
    return {
      read: (settings: Settings) => one.read(settings) as Service,
      write: (settings: Settings, value: Service) => {
        const taken = settings.services.map((c) => c.id);
        return one.write(settings, fresh ? { ...value, id: idFor(value.name, taken, 's') } : value);
      },
    };
  }, [id, fresh]);
  const list = `/${commune}/console/settings/services`;
  const s = d.services;
  return (
    <PartPage
      commune={commune}
      name={`services/${id}`}
      part={part}
      title={fresh ? s.newOne : s.one}
      up={{ href: list, label: s.title }}
      check={(value) => (value.name.trim() ? {} : { 'service.name': d.rules.malformed_name })}
      saved={() => route(list)}
      beside={fresh ? null : <Remove commune={commune} list="services" id={id} back={list} />}
    >
      {({ value, set, settings, error }) => {
        if (!fresh && !value.id) return <p>{d.lists.gone}</p>;
        const index = fresh ? settings.services.length - 1 : settings.services.findIndex((one) => one.id === value.id);
        const wrong = (field: string) => error(`service.${field}`) ?? error(`services.${index}.${field}`);
        const put = (change: Partial<Service>) => set({ ...value, ...change });
        const reach = (field: keyof Service['contact'], text: string) => {
          const { [field]: _, ...others } = value.contact;
          put({ contact: text.trim() ? { ...others, [field]: text } : others });
        };
        return (
          <>
            <TextField
              label={s.name}
              hint={s.nameHint}
              maxLength={200}
              value={value.name}
              error={wrong('name')}
              onText={(name) => put({ name })}
            />
            <TextField
              label={s.email}
              hint={s.emailHint}
              optional
              type="email"
              autocomplete="off"
              value={value.email ?? ''}
              error={wrong('email')}
              onText={(email) => {
                const { email: _, ...others } = value;
                set(email.trim() ? { ...others, email: email.trim() } : others);
              }}
            />
            <h2>{s.contact}</h2>
            <p class="hint">{s.contactHint}</p>
            <TextField
              label={s.phone}
              optional
              type="tel"
              autocomplete="off"
              value={value.contact.phone ?? ''}
              error={wrong('contact.phone')}
              onText={(text) => reach('phone', text)}
            />
            <TextField
              label={s.publicEmail}
              optional
              type="email"
              autocomplete="off"
              value={value.contact.email ?? ''}
              error={wrong('contact.email')}
              onText={(text) => reach('email', text)}
            />
            <TextField
              label={s.address}
              optional
              maxLength={200}
              value={value.contact.address ?? ''}
              error={wrong('contact.address')}
              onText={(text) => reach('address', text)}
            />
            <Hours
              hours={value.opening_hours ?? null}
              wrong={(field) => wrong(`opening_hours.${field}`)}
              set={(hours) => {
                const { opening_hours: _, ...others } = value;
                set(hours ? { ...others, opening_hours: hours } : others);
              }}
            />
            <Check
              label={<Explained label={d.lists.archive} hint={s.archiveHint} />}
              checked={value.archived}
              onChange={(archived) => put({ archived })}
            />
          </>
        );
      }}
    </PartPage>
  );
}

type Opening = Schemas['OpeningHours'];
type Slot = Schemas['WeeklyHours'];
type Exception = Schemas['HoursException'];

function Hours(props: {
  hours: Opening | null;
  set: (hours: Opening | null) => void;
  wrong: (field: string) => string | null;
}) {
  const h = d.hours;
  const { hours, set, wrong } = props;
  const weekly = (next: Slot[]) => hours && set({ ...hours, weekly: next });
  const exceptions = (next: Exception[]) => hours && set({ ...hours, exceptions: next });
  return (
    <section>
      <h2>{h.title}</h2>
      <Check
        label={<Explained label={h.open} hint={h.openHint} />}
        checked={hours !== null}
        onChange={(on) => set(on ? { weekly: [WEEKDAYS], exceptions: [] } : null)}
      />
      {hours && (
        <>
          <ol class="plain rows">
            {hours.weekly.map((slot, at) => (
              <li class="card" key={at}>
                <fieldset class="field" aria-label={`${h.title} ${at + 1}`}>
                  <Choices
                    label={h.days(at + 1)}
                    multiple
                    class="columns"
                    options={Object.entries(h.day).map(([value, label]) => ({ value, label: label as string }))}
                    value={slot.days}
                    error={
                      wrong(`weekly.${at}.days`) ??
                      (wrong(`weekly.${at}.opens`) || wrong(`weekly.${at}.closes`) ? null : wrong(`weekly.${at}`))
                    }
                    onChange={(days) => weekly(put(hours.weekly, at, { ...slot, days: days as Slot['days'] }))}
                  />
                  <div class="pair">
                    <TextField
                      label={h.opens}
                      type="time"
                      value={slot.opens}
                      error={wrong(`weekly.${at}.opens`)}
                      onText={(opens) => weekly(put(hours.weekly, at, { ...slot, opens }))}
                    />
                    <TextField
                      label={h.closes}
                      type="time"
                      value={slot.closes}
                      error={wrong(`weekly.${at}.closes`)}
                      onText={(closes) => weekly(put(hours.weekly, at, { ...slot, closes }))}
                    />
                  </div>
                </fieldset>
                <button type="button" onClick={() => weekly(hours.weekly.filter((_, i) => i !== at))}>
                  {h.removeSlot(at + 1)}
                </button>
              </li>
            ))}
          </ol>
          <button type="button" onClick={() => weekly([...hours.weekly, { ...WEEKDAYS, days: [] }])}>
            {h.addSlot}
          </button>
          <h3>{h.exceptions}</h3>
          <ol class="plain rows">
            {hours.exceptions.map((one, at) => (
              <li class="card" key={at}>
                <fieldset class="field" aria-label={`${h.exceptions} ${at + 1}`}>
                  <ExceptionFields
                    value={one}
                    wrong={(field) => wrong(`exceptions.${at}.${field}`)}
                    set={(next) => exceptions(put(hours.exceptions, at, next))}
                  />
                </fieldset>
                <button type="button" onClick={() => exceptions(hours.exceptions.filter((_, i) => i !== at))}>
                  {h.removeException(at + 1)}
                </button>
              </li>
            ))}
          </ol>
          <button type="button" onClick={() => exceptions([...hours.exceptions, { from: '', to: '', hours: [] }])}>
            {h.addException}
          </button>
        </>
      )}
    </section>
  );
}

function ExceptionFields(props: {
  value: Exception;
  set: (value: Exception) => void;
  wrong: (field: string) => string | null;
}) {
  const h = d.hours;
  const { value, set, wrong } = props;
  const slot = value.hours[0];
  return (
    <>
      <div class="pair">
        <TextField
          label={h.from}
          type="date"
          value={value.from}
          error={wrong('from')}
          onText={(from) => set({ ...value, from, to: value.to && value.to >= from ? value.to : from })}
        />
        <TextField
          label={h.to}
          type="date"
          value={value.to}
          error={wrong('to')}
          onText={(to) => set({ ...value, to })}
        />
      </div>
      <Check
        label={h.closedThen}
        checked={value.hours.length === 0}
        onChange={(closed) => set({ ...value, hours: closed ? [] : [{ opens: '09:00', closes: '12:00' }] })}
      />
      {slot && (
        <div class="pair">
          <TextField
            label={h.opens}
            type="time"
            value={slot.opens}
            error={wrong('hours.0.opens')}
            onText={(opens) => set({ ...value, hours: put(value.hours, 0, { ...slot, opens }) })}
          />
          <TextField
            label={h.closes}
            type="time"
            value={slot.closes}
            error={wrong('hours.0.closes')}
            onText={(closes) => set({ ...value, hours: put(value.hours, 0, { ...slot, closes }) })}
          />
        </div>
      )}
      <TextField
        label={h.note}
        optional
        maxLength={200}
        value={value.note ?? ''}
        error={wrong('note')}
        onText={(note) => {
          const { note: _, ...others } = value;
          set(note.trim() ? { ...others, note } : others);
        }}
      />
    </>
  );
}

const WEEKDAYS: Slot = {
  days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  opens: '08:30',
  closes: '12:00',
};

const put = <T,>(list: readonly T[], at: number, value: T) => list.map((one, i) => (i === at ? value : one));
