// What the commune is called, what is switched on, how guests and text messages are dealt with, how long things are kept.

import { api, body, type Schemas } from '../../api/client.ts';
import { day, languages, number, spokenByPlatform, t } from '../../texts/index.ts';
import { Check, Choices, TextField } from '../../ui/form.tsx';
import { usePages } from '../../ui/load.ts';
import { More } from '../../ui/page.tsx';
import { fields, type Settings, useCommuneId } from './desk.ts';
import { PartPage } from './part.tsx';
import { d } from './texts/index.ts';

const KINDS = Object.keys as <T extends object>(of: T) => (keyof T & string)[];
const NAMES = ['name', 'postcodes'] as const;
const PART = fields(
  ...NAMES,
  'languages',
  'modules',
  'kinds',
  'guests_without_contact',
  'guests_prove_work',
  'sms_sender',
  'sms_countries',
);

export function General() {
  const commune = useCommuneId();
  const g = d.general;
  return (
    <PartPage commune={commune} name="general" part={PART} title={g.title} lead={g.lead}>
      {({ value, set, error }) => {
        const put = (change: Partial<typeof value>) => set({ ...value, ...change });
        return (
          <>
            <TextField label={g.name} value={value.name} error={error('name')} onText={(name) => put({ name })} />
            <TextField
              label={g.postcodes}
              hint={g.postcodesHint}
              value={value.postcodes.join(' ')}
              error={error('postcodes')}
              inputMode="numeric"
              onText={(text) => put({ postcodes: text.split(/[\s,;]+/).filter((code, i) => code !== '' || i === 0) })}
            />
            <Choices
              label={g.kinds}
              hint={g.kindsHint}
              multiple
              class="columns"
              options={KINDS(t.kind).map((kind) => ({ value: kind, label: t.kind[kind], hint: g.kindMeans[kind] }))}
              value={value.kinds}
              error={error('kinds') ?? error('categories')}
              onChange={(kinds) => put({ kinds: kinds as Settings['kinds'] })}
            />
            <Choices
              label={g.modules}
              multiple
              options={KINDS(g.module).map((m) => ({ value: m, label: g.module[m], hint: g.moduleMeans[m] }))}
              value={value.modules}
              error={error('modules')}
              onChange={(modules) => put({ modules: modules as Settings['modules'] })}
            />
            <Choices
              label={g.languages}
              hint={g.languagesHint}
              multiple
              options={languages.filter((l) => spokenByPlatform(l.code)).map((l) => ({ value: l.code, label: l.name }))}
              value={value.languages}
              error={error('languages')}
              onChange={(codes) => put({ languages: codes as Settings['languages'] })}
            />
            <h2>{g.guests}</h2>
            <Check
              label={<Explained label={g.withoutContact} hint={g.withoutContactHint} />}
              checked={value.guests_without_contact}
              onChange={(on) => put({ guests_without_contact: on })}
            />
            <Check
              label={<Explained label={g.proveWork} hint={g.proveWorkHint} />}
              checked={value.guests_prove_work}
              onChange={(on) => put({ guests_prove_work: on })}
            />
            <h2>{g.sms}</h2>
            <TextField
              label={g.sender}
              hint={g.senderHint}
              maxLength={11}
              value={value.sms_sender}
              error={error('sms_sender')}
              onText={(text) => put({ sms_sender: text })}
            />
            <Choices
              label={g.countries}
              hint={g.countriesHint}
              multiple
              class="columns"
              options={KINDS(g.country).map((c) => ({ value: c, label: g.country[c] }))}
              value={value.sms_countries}
              error={error('sms_countries')}
              onChange={(countries) => put({ sms_countries: countries as Settings['sms_countries'] })}
            />
          </>
        );
      }}
    </PartPage>
  );
}

/** A check box's words: what it does, and what that means. */
export const Explained = ({ label, hint }: { label: string; hint: string }) => (
  <>
    {label}
    <small>{hint}</small>
  </>
);

/** How long what is kept, which of it the commune chooses, and what ended by itself. */
export function RetentionScreen() {
  const commune = useCommuneId();
  const r = d.retention;
  return (
    <PartPage
      commune={commune}
      name="retention"
      part={fields('retention')}
      title={r.title}
      lead={r.lead}
      below={<Ended commune={commune} />}
    >
      {({ value, set, error }) => {
        const put = (change: Partial<Schemas['Retention']>) => set({ retention: { ...value.retention, ...change } });
        return (
          <>
            <Months
              label={r.closed}
              hint={r.closedHint}
              value={value.retention.closed_reports_months}
              error={error('retention.closed_reports_months')}
              set={(closed_reports_months) => put({ closed_reports_months })}
            />
            <Months
              label={r.unused}
              hint={r.unusedHint}
              value={value.retention.unused_accounts_months}
              error={error('retention.unused_accounts_months')}
              set={(unused_accounts_months) => put({ unused_accounts_months })}
            />
          </>
        );
      }}
    </PartPage>
  );
}

function Months(props: { label: string; hint: string; value: number; error: string | null; set: (n: number) => void }) {
  return (
    <TextField
      label={props.label}
      hint={props.hint}
      error={props.error}
      type="number"
      inputMode="numeric"
      value={props.value ? String(props.value) : ''}
      onText={(text) => props.set(Math.max(0, Math.trunc(Number(text) || 0)))}
    />
  );
}

function Ended({ commune }: { commune: string }) {
  const r = d.retention;
  const pages = usePages(`retention ${commune}`, async (cursor) => {
    const query = { limit: 50, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET('/v1/{commune}/retention', { params: { path: { commune }, query } }));
    return { items: [page, ...page.ended], next: page.next };
  });
  const rules = pages.items.find((item) => 'audit_days' in item);
  const days = pages.items.filter((item) => 'day' in item);
  return (
    <section>
      <h2>{r.fixed}</h2>
      {rules && (
        <ul>
          <li>{r.unconfirmed(rules.unconfirmed_hours)}</li>
          <li>{r.notices(rules.notices_days)}</li>
          <li>{r.audit(rules.audit_days)}</li>
        </ul>
      )}
      <h2>{r.ended}</h2>
      {rules && days.length === 0 && <p>{r.nothingEnded}</p>}
      <ul>
        {days.map((one) => (
          <li key={one.day}>
            {d.colon(day(one.day))}
            {r.endedOn(number(one.reports), number(one.photos), number(one.accounts))}
          </li>
        ))}
      </ul>
      <More of={pages} />
    </section>
  );
}
