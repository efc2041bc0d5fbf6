// Which language is spoken: apart from the words, which what sends without a page does not need.

import type { Schemas } from '../api/client.ts';

let code = 'fr';

export const language = () => code;

export function speak(next: string) {
  code = next;
}

/** The language in which the platform is asked to speak: it has fewer, and falls back to French. */
export const platformLanguage = (): Schemas['Language'] => (spokenByPlatform(code) ? code : 'fr');

export const spokenByPlatform = (code: string): code is Schemas['Language'] => code === 'fr' || code === 'en';
