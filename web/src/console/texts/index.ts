// The console's words, a section of each language's file: residents do not load them. Loaded after the shared ones, before
// anything is drawn.

import { load, type Texts } from '../../texts/index.ts';

/** The words; drawn from after `loadConsoleTexts`. */
export let c: Texts['staff'];

export async function loadConsoleTexts(): Promise<void> {
  c = await load(import.meta.glob('../../texts/{??,???}.ts', { query: '?words=staff', import: 'staff' }));
}
