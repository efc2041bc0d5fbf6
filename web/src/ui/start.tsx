// How each of the three pages begins: texts, styles, then the app under its router.

import { type ComponentType, render } from 'preact';
import { LocationProvider } from 'preact-iso';
import { loadTexts, t } from '../texts/index.ts';
import { Announcer } from './announce.tsx';
import { rememberPlaces } from './place.ts';
import '../styles/base.css';

/** Draws `App` where `scope` says links belong to it; other links leave the page. */
export async function start(App: ComponentType, scope: RegExp): Promise<void> {
  await loadTexts();
  rememberPlaces();
  const root = document.getElementById('app');
  if (!root) return;
  render(
    <LocationProvider scope={scope}>
      <a class="skip" href="#content">
        {t.common.skip}
      </a>
      <App />
      <Announcer />
    </LocationProvider>,
    root,
  );
}
