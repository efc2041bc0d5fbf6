// Changes the language of this device, on every page: the other languages, each in its own words.

import { chooseLanguage, language, languages } from '../texts/index.ts';

export function Languages() {
  return (
    <div class="languages">
      {languages
        .filter((l) => l.code !== language())
        .map((l) => (
          <button key={l.code} type="button" class="quiet" lang={l.code} onClick={() => chooseLanguage(l.code)}>
            {l.name}
          </button>
        ))}
    </div>
  );
}
