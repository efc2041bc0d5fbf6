// Lists of the settings in an order of their own: categories, services and zones, each with a screen for one.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { announce } from '../../ui/announce.tsx';
import { TextField } from '../../ui/form.tsx';
import { theirs } from '../../ui/their.tsx';
import { moved, type Settings, useCommuneId } from './desk.ts';
import { PartPage, unsaved } from './part.tsx';
import { d } from './texts/index.ts';

type List = 'categories' | 'services' | 'zones';

/** From so many on a list can be searched. */
const MANY = 12;

/** The order of a list, and the ways to each of it. */
export function ListScreen(props: {
  list: List;
  title: string;
  lead: string;
  add: string;
  empty: string;
  /** What the list says of one besides its name. */
  about: (settings: Settings, index: number) => ComponentChildren;
  below?: ComponentChildren;
}) {
  const commune = useCommuneId();
  const { list } = props;
  const base = `/${commune}/console/settings/${list}`;
  const [sought, seek] = useState('');
  const part = {
    read: (settings: Settings) => settings[list].map((one) => one.id as string),
    write: (settings: Settings, ids: string[]): Settings => {
      const all = settings[list] as { id: string }[];
      const known = ids.flatMap((id) => all.find((one) => one.id === id) ?? []);
      return { ...settings, [list]: [...known, ...all.filter((one) => !ids.includes(one.id))] };
    },
  };
  return (
    <PartPage
      commune={commune}
      name={list}
      part={part}
      title={props.title}
      lead={props.lead}
      below={props.below}
      beside={
        <a class="button" href={`${base}/new`}>
          {props.add}
        </a>
      }
    >
      {({ value, set, settings, error }) => {
        const all = settings[list];
        const wanted = sought.trim().toLowerCase();
        const shown = all.map((one, at) => ({ one, at })).filter(({ one }) => one.name.toLowerCase().includes(wanted));
        const move = (from: number, to: number, name: string) => {
          set(moved(value, from, to));
          announce(d.lists.movedTo(name, to + 1, value.length));
        };
        return (
          <>
            {error(list) && <p class="error">{error(list)}</p>}
            {all.length >= MANY && (
              <TextField label={d.lists.search} type="search" optional value={sought} onText={seek} />
            )}
            {all.length === 0 && <p>{props.empty}</p>}
            {all.length > 0 && shown.length === 0 && <p role="status">{d.lists.noneFound}</p>}
            <ol class="plain rows">
              {shown.map(({ one, at }) => (
                <li key={one.id} class={one.archived ? 'row archived' : 'row'}>
                  <span class="what">
                    <a href={`${base}/${one.id}`} lang={theirs()}>
                      {one.name || one.id}
                    </a>
                    {one.archived && <span class="tag">{d.lists.archived}</span>}
                    {unsaved(commune, `${list}/${one.id}`) && <span class="tag warn">{d.settings.unsaved}</span>}
                    <small>{props.about(settings, at)}</small>
                  </span>
                  {!wanted && <Order name={one.name} at={at} of={all.length} move={(to) => move(at, to, one.name)} />}
                </li>
              ))}
            </ol>
          </>
        );
      }}
    </PartPage>
  );
}

/** Up and down; the button keeps focus, so it can be pressed again. */
export function Order(props: { name: string; at: number; of: number; move: (to: number) => void }) {
  const { name, at, of, move } = props;
  return (
    <span class="order">
      <button
        type="button"
        class="quiet"
        aria-label={d.lists.up(name)}
        aria-disabled={at === 0}
        onClick={() => at > 0 && move(at - 1)}
      >
        ↑
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={d.lists.down(name)}
        aria-disabled={at === of - 1}
        onClick={() => at < of - 1 && move(at + 1)}
      >
        ↓
      </button>
    </span>
  );
}
