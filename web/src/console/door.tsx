// Before the console itself: whose door it is.

import type { ComponentChildren } from 'preact';
import { Languages } from '../ui/languages.tsx';
import type { Commune } from './staff.ts';
import { c } from './texts/index.ts';

export function Door({ commune, children }: { commune: Commune; children: ComponentChildren }) {
  return (
    <>
      <header class="door no-print">
        {commune.logo && <img src={commune.logo.url} width={commune.logo.width} height={commune.logo.height} alt="" />}
        <span>
          <strong>{commune.name}</strong> {c.title}
        </span>
        <Languages />
      </header>
      {children}
    </>
  );
}
