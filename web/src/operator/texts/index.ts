// The operators' words, in files of their own.

import { type Language, language } from '../../texts/index.ts';
import type { OperatorTexts } from './fr.ts';

const LANGUAGES: Record<Language, () => Promise<{ texts: OperatorTexts }>> = {
  fr: () => import('./fr.ts'),
  en: () => import('./en.ts'),
};

/** The words; drawn from after `loadOperatorTexts`. */
export let o: OperatorTexts;

export async function loadOperatorTexts(): Promise<void> {
  o = (await LANGUAGES[language()]()).texts;
}
