// Routing: the ordered rules that say which service treats what, and a trial of them before they are saved.

import { useState } from 'preact/hooks';
import { t } from '../../texts/index.ts';
import { announce } from '../../ui/announce.tsx';
import { Select } from '../../ui/form.tsx';
import { Marked, theirs } from '../../ui/their.tsx';
import { fields, moved, type Rule, type Settings, useCommuneId } from './desk.ts';
import { Order } from './lists.tsx';
import { PartPage } from './part.tsx';
import { d } from './texts/index.ts';
import { Trial } from './trial.tsx';

export function Routing() {
  const commune = useCommuneId();
  const r = d.routing;
  return (
    <PartPage
      commune={commune}
      name="routing"
      part={fields('routing', 'default_service')}
      title={r.title}
      lead={r.lead}
    >
      {({ value, set, settings, error }) => (
        <>
          <Rules
            rules={value.routing}
            set={(routing) => set({ ...value, routing })}
            settings={settings}
            error={(at) => error(`routing.${at}`)}
          />
          <Select
            label={r.otherwise}
            hint={r.otherwiseHint}
            value={value.default_service}
            error={error('default_service')}
            options={services(settings, value.default_service)}
            onText={(default_service) => set({ ...value, default_service })}
          />
          <Trial commune={commune} settings={settings} />
        </>
      )}
    </PartPage>
  );
}

function Rules(props: {
  rules: Rule[];
  set: (rules: Rule[]) => void;
  settings: Settings;
  error: (at: number) => string | null;
}) {
  const { rules, set, settings } = props;
  const r = d.routing;
  const [open, show] = useState<number | null>(null);
  const add = () => {
    set([...rules, { service: settings.default_service }]);
    show(rules.length);
  };
  return (
    <section>
      <h2>{r.rules}</h2>
      {rules.length === 0 && <p>{r.none}</p>}
      <ol class="plain rows">
        {rules.map((rule, at) => (
          <li class="card rule" key={at}>
            <div class="row">
              <p class="what">
                <span class="tag">{at + 1}</span> <Marked text={sentence(rule, settings)} of={names(settings)} />
              </p>
              <Order
                name={r.nth(at + 1)}
                at={at}
                of={rules.length}
                move={(to) => {
                  set(moved(rules, at, to));
                  show(open === at ? to : open === to ? at : open);
                  announce(d.lists.movedTo(r.nth(at + 1), to + 1, rules.length));
                }}
              />
            </div>
            {props.error(at) && <p class="error">{props.error(at)}</p>}
            <div class="actions tight">
              <button
                type="button"
                class="quiet"
                aria-expanded={open === at}
                onClick={() => show(open === at ? null : at)}
              >
                {open === at ? t.common.close : r.edit(at + 1)}
              </button>
              <button
                type="button"
                class="quiet"
                onClick={() => {
                  set(rules.filter((_, i) => i !== at));
                  show(null);
                  announce(r.removed(at + 1), { label: t.common.undo, run: () => set(rules) });
                }}
              >
                {r.remove(at + 1)}
              </button>
            </div>
            {open === at && (
              <RuleFields
                rule={rule}
                settings={settings}
                set={(next) => set(rules.map((o, i) => (i === at ? next : o)))}
              />
            )}
          </li>
        ))}
      </ol>
      <button type="button" onClick={add}>
        {r.add}
      </button>
    </section>
  );
}

function RuleFields({ rule, settings, set }: { rule: Rule; settings: Settings; set: (rule: Rule) => void }) {
  const r = d.routing;
  const put = (part: 'kind' | 'category' | 'zone', to: string) => {
    const { [part]: _, ...others } = rule;
    set(to ? ({ ...others, [part]: to } as Rule) : others);
  };
  return (
    <div class="grid">
      <Select
        label={r.category}
        empty={r.any}
        value={rule.category ?? ''}
        options={settings.categories.map((c) => ({ value: c.id, label: c.name, lang: theirs() }))}
        onText={(to) => put('category', to)}
      />
      <Select
        label={r.zone}
        empty={r.anywhere}
        value={rule.zone ?? ''}
        options={settings.zones.map((z) => ({ value: z.id, label: z.name, lang: theirs() }))}
        onText={(to) => put('zone', to)}
      />
      <Select
        label={r.kind}
        empty={r.anyKind}
        value={rule.kind ?? ''}
        options={Object.entries(t.kind).map(([value, label]) => ({ value, label }))}
        onText={(to) => put('kind', to)}
      />
      <Select
        label={r.service}
        value={rule.service}
        options={services(settings, rule.service)}
        onText={(service) => set({ ...rule, service })}
      />
    </div>
  );
}

/** Services that something can be sent to, and the one that is chosen. */
const services = (settings: Settings, chosen: string) =>
  settings.services
    .filter((s) => !s.archived || s.id === chosen)
    .map((s) => ({ value: s.id, label: s.name, lang: theirs() }));

/** What the commune called its things. */
export const names = (settings: Settings): string[] =>
  [settings.categories, settings.services, settings.zones].flatMap((list) => list.map(({ name }) => name));

/** `Voirie, dans Vieux village → Services techniques`. */
export function sentence(rule: Rule, settings: Settings): string {
  const name = (list: { id: string; name: string }[], id: string | null | undefined) =>
    id ? (list.find((one) => one.id === id)?.name ?? id) : null;
  return d.routing.sentence(
    name(settings.services, rule.service) ?? rule.service,
    name(settings.categories, rule.category),
    name(settings.zones, rule.zone),
    rule.kind ? t.kind[rule.kind] : null,
  );
}
