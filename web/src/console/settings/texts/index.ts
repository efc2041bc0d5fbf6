// The words of the administrator's desk, in files of their own: nobody else loads them.

import { type Language, language } from '../../../texts/index.ts';
import type { DeskTexts } from './fr.ts';

const LANGUAGES: Record<Language, () => Promise<{ texts: DeskTexts }>> = {
  fr: () => import('./fr.ts'),
  en: () => import('./en.ts'),
};

/** The words; drawn from after `loadDeskTexts`. */
export let d: DeskTexts;

export async function loadDeskTexts(): Promise<void> {
  d ??= (await LANGUAGES[language()]()).texts;
}
