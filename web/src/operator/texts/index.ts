// The operators' words, a section of each language's file.

import { load, type Texts } from '../../texts/index.ts';

/** The words; drawn from after `loadOperatorTexts`. */
export let o: Texts['operator'];

export async function loadOperatorTexts(): Promise<void> {
  o = await load(import.meta.glob('../../texts/{??,???}.ts', { query: '?words=operator', import: 'operator' }));
}
