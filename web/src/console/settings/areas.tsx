// The administrator's screens of the console, for its list of areas. Their words are loaded with the first of them.

import type { ComponentType } from 'preact';
import { lazy } from 'preact-iso';
import type { Schemas } from '../../api/client.ts';
import { Unreachable } from '../../ui/page.tsx';
import { c } from '../texts/index.ts';
import { loadDeskTexts } from './texts/index.ts';
import './settings.css';
import './launch.css';

interface Area {
  path: string;
  label?: () => string;
  roles: readonly Schemas['Role'][];
  component: ComponentType;
}

/** The menu is drawn before the screens' words are loaded. */
const label = (name: keyof typeof c.menu.desk) => () => c.menu.desk[name];

/** A screen with its words; one whose file cannot be had (no network, or a newer version is out) says so. */
const screen = (load: () => Promise<ComponentType>) =>
  lazy(async () => {
    try {
      const [component] = await Promise.all([load(), loadDeskTexts()]);
      return component;
    } catch {
      return Unreachable;
    }
  });

const categories = () => import('./categories.tsx');
const services = () => import('./services.tsx');
const zones = () => import('./zones.tsx');
const general = () => import('./general.tsx');

const ADMINISTRATOR = ['administrator'] as const;
const STAFF = ['agent', 'manager', 'moderator', 'elected_member', 'administrator'] as const;

export const DESK_AREAS: readonly Area[] = [
  {
    path: '/settings',
    label: label('settings'),
    roles: ADMINISTRATOR,
    component: screen(() => import('./home.tsx').then((m) => m.SettingsHome)),
  },
  ...(
    [
      ['general', () => general().then((m) => m.General)],
      ['retention', () => general().then((m) => m.RetentionScreen)],
      ['words', () => import('./words.tsx').then((m) => m.Words)],
      ['looks', () => import('./looks.tsx').then((m) => m.Looks)],
      ['map', () => import('./map.tsx').then((m) => m.MapScreen)],
      ['categories', () => categories().then((m) => m.Categories)],
      ['categories/:id', () => categories().then((m) => m.CategoryScreen)],
      ['services', () => services().then((m) => m.Services)],
      ['services/:id', () => services().then((m) => m.ServiceScreen)],
      ['zones', () => zones().then((m) => m.Zones)],
      ['zones/:id', () => zones().then((m) => m.ZoneScreen)],
      ['routing', () => import('./routing.tsx').then((m) => m.Routing)],
      ['history', () => import('./history.tsx').then((m) => m.History)],
    ] as const
  ).map(([path, load]) => ({ path: `/settings/${path}`, roles: ADMINISTRATOR, component: screen(load) })),
  {
    path: '/staff',
    label: label('staff'),
    roles: ADMINISTRATOR,
    component: screen(() => import('./staff-list.tsx').then((m) => m.Staff)),
  },
  {
    path: '/launch',
    label: label('launch'),
    roles: ADMINISTRATOR,
    component: screen(() => import('./launch.tsx').then((m) => m.Launch)),
  },
  {
    path: '/adoption',
    label: label('adoption'),
    roles: ['administrator', 'manager', 'elected_member'],
    component: screen(() => import('./adoption.tsx').then((m) => m.Adoption)),
  },
  {
    path: '/usage',
    label: label('usage'),
    roles: ADMINISTRATOR,
    component: screen(() => import('./usage.tsx').then((m) => m.Usage)),
  },
  {
    path: '/bans',
    label: label('bans'),
    roles: ['administrator', 'moderator'],
    component: screen(() => import('./bans.tsx').then((m) => m.Bans)),
  },
  {
    path: '/audit',
    label: label('audit'),
    roles: ADMINISTRATOR,
    component: screen(() => import('./audit.tsx').then((m) => m.Audit)),
  },
  { path: '/site-map', roles: STAFF, component: screen(() => import('./site-map.tsx').then((m) => m.SiteMap)) },
];
