// The words of the administrator's desk, a section of each language's file: nobody else loads them.

import { load, type Texts } from '../../../texts/index.ts';

/** The words; drawn from after `loadDeskTexts`. */
export let d: Texts['desk'];

export async function loadDeskTexts(): Promise<void> {
  d ??= await load(import.meta.glob('../../../texts/{??,???}.ts', { query: '?words=desk', import: 'desk' }));
}
