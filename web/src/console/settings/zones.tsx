// Zones: their list, and one of them with its outline.

import { useMemo } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { Schemas } from '../../api/client.ts';
import { Check, TextField } from '../../ui/form.tsx';
import { OutlineField } from '../../ui/outline/field.tsx';
import { idFor, type Settings, useCommuneId, type Zone } from './desk.ts';
import { Explained } from './general.tsx';
import { ListScreen } from './lists.tsx';
import { PartPage } from './part.tsx';
import { Remove } from './remove.tsx';
import { d } from './texts/index.ts';

/** A zone whose outline may still be missing. */
type Draft = Omit<Zone, 'boundary'> & { boundary: Schemas['Boundary'] | null };

const BLANK: Draft = { id: '', name: '', boundary: null, archived: false };

export function Zones() {
  const z = d.zones;
  return (
    <ListScreen
      list="zones"
      title={z.title}
      lead={z.lead}
      add={z.add}
      empty={z.empty}
      about={(settings, at) => z.rules(settings.routing.filter((rule) => rule.zone === settings.zones[at]?.id).length)}
    />
  );
}

export function ZoneScreen() {
  const commune = useCommuneId();
  const { route } = useLocation();
  // Of the route and not of the address, which is the next screen's while this one still shows.
  const id = useRoute().params.id ?? '';
  const fresh = id === 'new';
  const part = useMemo(
    () => ({
      read: (settings: Settings): Draft => settings.zones.find((one) => one.id === id) ?? BLANK,
      write: (settings: Settings, value: Draft): Settings => {
        const { boundary } = value;
        if (!boundary) return settings;
        const taken = settings.zones.map((zone) => zone.id);
        const zone = { ...value, boundary, id: fresh ? idFor(value.name, taken, 'z') : value.id };
        const zones = fresh ? [...settings.zones, zone] : settings.zones.map((one) => (one.id === id ? zone : one));
        return { ...settings, zones };
      },
    }),
    [id, fresh],
  );
  const list = `/${commune}/console/settings/zones`;
  const z = d.zones;
  return (
    <PartPage
      commune={commune}
      name={`zones/${id}`}
      part={part}
      title={fresh ? z.newOne : z.one}
      up={{ href: list, label: z.title }}
      check={(value) => ({
        ...(value.name.trim() ? {} : { 'zone.name': d.rules.malformed_name }),
        ...(value.boundary ? {} : { 'zone.boundary': z.outlineMissing }),
      })}
      saved={() => route(list)}
      beside={fresh ? null : <Remove commune={commune} list="zones" id={id} back={list} />}
    >
      {({ value, set, settings, error }) => {
        if (!fresh && !value.id) return <p>{d.lists.gone}</p>;
        const index = fresh ? settings.zones.length - 1 : settings.zones.findIndex((one) => one.id === value.id);
        const wrong = (field: string) => error(`zone.${field}`) ?? error(`zones.${index}.${field}`);
        return <Fields value={value} set={set} wrong={wrong} settings={settings} />;
      }}
    </PartPage>
  );
}

function Fields(props: {
  value: Draft;
  set: (value: Draft) => void;
  wrong: (field: string) => string | null;
  settings: Settings;
}) {
  const { value, set, wrong, settings } = props;
  const z = d.zones;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the others do not change while one is edited
  const others = useMemo(() => settings.zones.filter((one) => one.id !== value.id && !one.archived), [value.id]);
  return (
    <>
      <TextField
        label={z.name}
        hint={z.nameHint}
        maxLength={200}
        value={value.name}
        error={wrong('name')}
        onText={(name) => set({ ...value, name })}
      />
      <h2>{z.outline}</h2>
      <OutlineField
        words={d.outline}
        commune={settings}
        others={others}
        value={value.boundary}
        set={(boundary) => set({ ...value, boundary })}
        error={wrong('boundary')}
        drawing
      />
      <Check
        label={<Explained label={d.lists.archive} hint={z.archiveHint} />}
        checked={value.archived}
        onChange={(archived) => set({ ...value, archived })}
      />
    </>
  );
}
