// Around every screen of the console: the menu of what the role may use (beside on a desk, folded on a phone), who is signed
// in, the network's state, and the questions that may come over any screen.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Route, Router, useLocation } from 'preact-iso';
import { t } from '../texts/index.ts';
import { conformity } from '../ui/conformity.ts';
import { Languages } from '../ui/languages.tsx';
import { NotFound } from '../ui/not-found.tsx';
import { useOnline } from '../ui/online.ts';
import { Page } from '../ui/page.tsx';
import type { Area } from './app.tsx';
import { useFactorAsked } from './factor.ts';
import { FactorDialog } from './factor-page.tsx';
import { consolePath } from './gate.tsx';
import { PendingBar } from './pending-bar.tsx';
import { ShortcutsHelp, useShortcuts } from './shortcuts.tsx';
import { type Staff, StaffContext } from './staff.ts';
import { c } from './texts/index.ts';

export function Frame(props: { staff: Staff; areas: readonly Area[]; leave: () => Promise<void> }) {
  const { commune, me } = props.staff;
  const online = useOnline();
  const factorAsked = useFactorAsked();
  const { path: address, route } = useLocation();
  const path = address.replace(/^\/[^/]+\/console/, '') || '/';
  const [open, setOpen] = useState(false);
  const [help, setHelp] = useState(false);
  const menu = useRef<HTMLButtonElement>(null);
  const may = (area: Area) => !area.roles || area.roles.includes(me.role);
  const shown = props.areas.filter((area) => area.label && may(area));

  // biome-ignore lint/correctness/useExhaustiveDependencies: another screen folds the menu
  useEffect(() => setOpen(false), [path]);
  const folded = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    setOpen(false);
    menu.current?.focus();
  };

  // What is the same on every screen; the others are the screens' own.
  useShortcuts({ '?': () => setHelp(true), 'g i': () => route(consolePath(commune.id)) });

  const staff = useMemo(() => ({ commune, me }), [commune, me]);
  return (
    <StaffContext.Provider value={staff}>
      <div class="console">
        <header class="console-top no-print">
          <a href={consolePath(commune.id)} class="console-brand">
            <strong>{commune.name}</strong>
            <span class="small">{c.title}</span>
          </a>
          <button
            ref={menu}
            type="button"
            class="console-menu"
            aria-expanded={open}
            aria-controls="console-nav"
            onClick={() => setOpen(!open)}
          >
            {t.common.menu}
          </button>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape folds the menu from anywhere in it */}
          <div id="console-nav" class={open ? 'console-nav open' : 'console-nav'} onKeyDown={folded}>
            <nav aria-label={c.menu.label}>
              <ul class="plain">
                {shown.map((area) => {
                  const here =
                    area.path === '/' ? path === '/' || path.startsWith('/reports/') : within(path, area.path);
                  return (
                    <li key={area.path}>
                      <a href={consolePath(commune.id, area.path)} aria-current={here ? 'page' : undefined}>
                        {area.label?.()}
                      </a>
                    </li>
                  );
                })}
              </ul>
            </nav>
            <div class="console-me">
              <p>
                <strong>{me.name}</strong>
                <span class="small">{t.role[me.role]}</span>
              </p>
              <ul class="plain">
                <li>
                  <a href={`/${commune.id}/`}>{c.menu.residents}</a>
                </li>
                <li>
                  <a href={consolePath(commune.id, '/site-map')}>{t.common.siteMap}</a>
                </li>
                <li>
                  <a href={`/${commune.id}/accessibility`}>{t.common.accessibilityIs[conformity]}</a>
                </li>
                <li class="desk-only">
                  <button type="button" class="link" aria-keyshortcuts="?" onClick={() => setHelp(true)}>
                    {c.keys.title}
                  </button>
                </li>
                <li>
                  <Languages />
                </li>
                <li>
                  <button type="button" class="link" onClick={() => void props.leave()}>
                    {t.common.signOut}
                  </button>
                </li>
              </ul>
            </div>
          </div>
        </header>
        <div class="console-screen">
          {!online && (
            <p class="console-offline" role="status">
              {t.common.offline}
            </p>
          )}
          <Router>
            {props.areas.map((area) => (
              <Route key={area.path} path={area.path} component={may(area) ? area.component : NotForRole} />
            ))}
            <Route default component={NotFound} />
          </Router>
        </div>
      </div>
      <PendingBar />
      {help && <ShortcutsHelp close={() => setHelp(false)} />}
      {factorAsked && <FactorDialog commune={commune} />}
    </StaffContext.Provider>
  );
}

const within = (path: string, area: string) => {
  const base = area.replace(/\/\*$/, '');
  return path === base || path.startsWith(`${base}/`);
};

/** An area of the console that this role does not have. */
function NotForRole() {
  return (
    <Page title={c.notForRole.title}>
      <p>{c.notForRole.text}</p>
    </Page>
  );
}
