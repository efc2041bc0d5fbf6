// `/{commune}/console/site-map`: every page of the console that one's role may use, as a second way to find one beside the
// menu (RGAA 12.1).

import { t } from '../../texts/index.ts';
import { Page } from '../../ui/page.tsx';
import { AREAS } from '../app.tsx';
import { consolePath } from '../gate.tsx';
import { useStaff } from '../staff.ts';
import { SECTIONS } from './home.tsx';
import { d } from './texts/index.ts';

export function SiteMap() {
  const { commune, me } = useStaff();
  const open = AREAS.filter((area) => area.label && (!area.roles || area.roles.includes(me.role)));
  return (
    <Page title={t.common.siteMap} where={commune.name} class="desk">
      <ul>
        {open.map((area) => (
          <li key={area.path}>
            <a class="stand-alone" href={consolePath(commune.id, area.path)}>
              {area.label?.()}
            </a>
            {area.path === '/settings' && (
              <ul>
                {SECTIONS.map((section) => (
                  <li key={section}>
                    <a class="stand-alone" href={consolePath(commune.id, `/settings/${section}`)}>
                      {d[section].title}
                    </a>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </Page>
  );
}
