// `/{commune}/site-map`: every page there is, as a second way to find one beside the menu (RGAA 12.1).

import { t } from '../texts/index.ts';
import { conformity } from '../ui/conformity.ts';
import { Page } from '../ui/page.tsx';
import { useCommune } from './commune.ts';

export function SiteMap() {
  const commune = useCommune();
  const { nav, home, list, me, alerts } = t.resident;
  const base = `/${commune.id}`;
  const parts: [title: string, links: [path: string, label: string][]][] = [
    [commune.name, [['/', t.common.home]]],
    [
      nav.report,
      [
        ...commune.kinds.map((kind): [string, string] => [`/report?kind=${kind}`, home.start[kind]]),
        ['/drafts', me.drafts],
      ],
    ],
    [
      nav.reports,
      [
        ['/reports', t.map.list],
        ...(commune.modules.includes('map') ? ([['/reports?view=map', t.map.map]] as [string, string][]) : []),
        ['/reports?mine=true', list.mine],
        ['/reports?following=true', list.following],
      ],
    ],
    ...(commune.modules.includes('alerts')
      ? ([[alerts.title, [['/alerts', alerts.all]]]] as [string, [string, string][]][])
      : []),
    [
      nav.me,
      [
        ['/sign-in', t.common.signIn],
        ...(['mine', 'following', 'notices', 'channels', 'contacts', 'language', 'devices', 'data'] as const).map(
          (part): [string, string] => [`/me#${part}`, me[part]],
        ),
      ],
    ],
    [
      nav.footer,
      [
        ['/legal', nav.legal],
        ['/privacy', nav.privacy],
        ['/accessibility', t.common.accessibilityIs[conformity]],
      ],
    ],
  ];
  return (
    <Page title={t.common.siteMap} where={commune.name}>
      {parts.map(([title, links]) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul>
            {links.map(([path, label]) => (
              <li key={path}>
                <a class="stand-alone" href={base + path}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}
