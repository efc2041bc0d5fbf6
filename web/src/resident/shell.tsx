// What is around every screen of a commune: its name on top, the three main things, the small print below.

import { useLocation } from 'preact-iso';
import { mayBeSignedIn, useSession } from '../api/session.ts';
import { t } from '../texts/index.ts';
import { conformity } from '../ui/conformity.ts';
import { Languages } from '../ui/languages.tsx';
import type { Commune } from './commune.ts';
import { signInLink } from './links.ts';

export function Top({ commune }: { commune: Commune }) {
  const base = `/${commune.id}`;
  return (
    <header class="top no-print">
      <a href={`${base}/`} class="brand">
        {commune.logo && <img src={commune.logo.url} width={commune.logo.width} height={commune.logo.height} alt="" />}
        <span>{commune.name}</span>
      </a>
      <Main base={base} id={commune.id} />
      <Languages />
    </header>
  );
}

/** On phones a bar at the thumb (resident.css), on larger screens beside the name. */
function Main({ base, id }: { base: string; id: string }) {
  const { path, url } = useLocation();
  const session = useSession();
  const known = session !== null || mayBeSignedIn(id);
  const signIn = path === `${base}/sign-in`;
  const items = [
    { href: `${base}/report`, label: t.resident.nav.report, icon: 'report', main: true },
    { href: `${base}/reports`, label: t.resident.nav.reports, icon: 'list', main: false },
    known
      ? { href: `${base}/me`, label: t.resident.nav.me, icon: 'me', main: false }
      : { href: signIn ? url : signInLink(id, url), label: t.common.signIn, icon: 'me', main: false },
  ];
  return (
    <nav class="main-nav" aria-label={t.resident.nav.label}>
      {items.map((item) => {
        const at = item.href.split('?')[0] ?? '';
        const current = path === at ? 'page' : path.startsWith(`${at}/`) ? 'true' : undefined;
        return (
          <a key={item.icon} href={item.href} class={item.main ? 'report-link' : ''} aria-current={current}>
            <Icon name={item.icon} />
            <span>{item.label}</span>
          </a>
        );
      })}
    </nav>
  );
}

const ICONS: Record<string, string> = {
  report: 'M12 5v14M5 12h14',
  list: 'M5 6h14M5 12h14M5 18h9',
  me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8c.8-3.6 3.6-5 7-5s6.2 1.4 7 5',
};

function Icon({ name }: { name: string }) {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" class="line-icon">
      <path d={ICONS[name]} />
    </svg>
  );
}

export function Bottom({ commune }: { commune: Commune }) {
  const base = `/${commune.id}`;
  return (
    <footer class="bottom no-print">
      <nav aria-label={t.resident.nav.footer}>
        {commune.modules.includes('alerts') && <a href={`${base}/alerts`}>{t.resident.alerts.title}</a>}
        <a href={`${base}/legal`}>{t.resident.nav.legal}</a>
        <a href={`${base}/privacy`}>{t.resident.nav.privacy}</a>
        <a href={`${base}/accessibility`}>{t.common.accessibilityIs[conformity]}</a>
        <a href={`${base}/site-map`}>{t.common.siteMap}</a>
        <a href="/?change">{t.resident.nav.otherCommune}</a>
      </nav>
    </footer>
  );
}
