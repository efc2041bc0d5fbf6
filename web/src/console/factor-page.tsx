// The second factor: before the console, and over a screen.

import { Dialog } from '../ui/dialog.tsx';
import { CodeForm, FactorSteps } from '../ui/door/factor-steps.tsx';
import { Page } from '../ui/page.tsx';
import { endFactor } from './factor.ts';
import { NeedsNetwork } from './offline-door.tsx';
import type { Commune } from './staff.ts';
import { c } from './texts/index.ts';

export function FactorPage({ commune }: { commune: Commune }) {
  return (
    <Page title={c.factor.title} where={commune.name} class="narrow">
      <NeedsNetwork />
      <FactorSteps commune={commune.id} name={commune.name} words={c} passed={() => {}} />
    </Page>
  );
}

/** Over a screen, once the twelve hours are over. */
export function FactorDialog({ commune }: { commune: Commune }) {
  return (
    <Dialog title={c.factor.again} close={() => endFactor(false)}>
      <p>{c.factor.againText}</p>
      <CodeForm commune={commune.id} words={c} passed={() => endFactor(true)} />
    </Dialog>
  );
}
