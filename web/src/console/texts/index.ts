// The console's words, in files of their own: residents do not load them. Loaded after the shared ones, before anything is
// drawn.

import { type Language, language } from '../../texts/index.ts';
import type { ConsoleTexts } from './fr.ts';

const LANGUAGES: Record<Language, () => Promise<{ texts: ConsoleTexts }>> = {
  fr: () => import('./fr.ts'),
  en: () => import('./en.ts'),
};

/** The words; drawn from after `loadConsoleTexts`. */
export let c: ConsoleTexts;

export async function loadConsoleTexts(): Promise<void> {
  c = (await LANGUAGES[language()]()).texts;
}
