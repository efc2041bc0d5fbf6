// Which language is spoken: apart from the words, which what sends without a page does not need.

import type { Language } from './index.ts';

let code: Language = 'fr';

export const language = () => code;

export function speak(next: Language) {
  code = next;
}
