// `/{c}/console/settings`: what can be set up, and where.

import { t } from '../../texts/index.ts';
import { useLoad } from '../../ui/load.ts';
import { Loading, Page } from '../../ui/page.tsx';
import { readSettings, type Settings, useCommuneId } from './desk.ts';
import { unsaved } from './part.tsx';
import { d } from './texts/index.ts';

export const SECTIONS = [
  'general',
  'words',
  'looks',
  'map',
  'categories',
  'services',
  'zones',
  'routing',
  'retention',
  'history',
] as const;

export function SettingsHome() {
  const commune = useCommuneId();
  const loaded = useLoad(`settings ${commune}`, () => readSettings(commune));
  return (
    <Page title={d.settings.title} lead={d.settings.lead} class="desk">
      <Loading of={loaded}>
        {({ settings }) => (
          <ul class="plain tiles">
            {SECTIONS.map((section) => (
              <li key={section}>
                <a class="card tile" href={`/${commune}/console/settings/${section}`}>
                  <strong>{d[section].title}</strong>
                  <span class="small">{now(section, settings) || d.settings.about[section]}</span>
                  {unsaved(commune, section) && <span class="tag warn">{d.settings.unsaved}</span>}
                </a>
              </li>
            ))}
          </ul>
        )}
      </Loading>
    </Page>
  );
}

/** What is set up there, in a few words. */
function now(section: (typeof SECTIONS)[number], settings: Settings): string {
  const inUse = (list: { archived: boolean }[]) => list.filter((one) => !one.archived).length;
  if (section === 'general') return [settings.name, ...settings.kinds.map((kind) => t.kind[kind])].join(', ');
  if (section === 'categories') return d.settings.categories(inUse(settings.categories));
  if (section === 'services') return d.settings.services(inUse(settings.services));
  if (section === 'zones') return d.settings.zones(inUse(settings.zones));
  if (section === 'routing') return d.settings.rules(settings.routing.length);
  return '';
}
