// Removes one of a list for good; what reports or colleagues still use can only be archived, and the platform says so.

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { announce } from '../../ui/announce.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { putSettings, readSettings, type Settings } from './desk.ts';
import { forgetDraft } from './part.tsx';
import { d } from './texts/index.ts';

/** What a rule names it by: rules for something that is gone go too. */
const PART_OF_RULE = { categories: 'category', services: 'service', zones: 'zone' } as const;

export function Remove(props: {
  commune: string;
  list: 'categories' | 'services' | 'zones';
  id: string;
  /** Where to go afterwards. */
  back: string;
}) {
  const { commune, list, id, back } = props;
  const { route } = useLocation();
  const [asking, ask] = useState(false);
  const remove = async () => {
    const held = await readSettings(commune);
    const settings: Settings = {
      ...held.settings,
      [list]: (held.settings[list] as { id: string }[]).filter((one) => one.id !== id),
      routing: held.settings.routing.filter((rule) => rule[PART_OF_RULE[list]] !== id),
    };
    await putSettings(commune, settings, held.version);
    forgetDraft(commune, `${list}/${id}`);
    announce(d.lists.removed);
    route(back);
  };
  return (
    <>
      <button type="button" class="danger" onClick={() => ask(true)}>
        {d.lists.remove}
      </button>
      {asking && (
        <Confirm title={d.lists.removeTitle} button={d.lists.remove} run={remove} close={() => ask(false)}>
          <p>{d.lists.removeText}</p>
        </Confirm>
      )}
    </>
  );
}
