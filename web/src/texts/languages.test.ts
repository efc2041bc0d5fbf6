import { expect, test, vi } from 'vitest';
import { chooseLanguage, language, languages, loadTexts, platformLanguage, spokenByPlatform, t } from './index.ts';

type Files = Record<string, () => Promise<unknown>>;

// As the pages load them: each section alone.
const SECTIONS: Record<string, Files> = {
  shared: import.meta.glob('./{??,???}.ts', { query: '?words=shared' }),
  staff: import.meta.glob('./{??,???}.ts', { query: '?words=staff' }),
  desk: import.meta.glob('./{??,???}.ts', { query: '?words=desk' }),
  operator: import.meta.glob('./{??,???}.ts', { query: '?words=operator' }),
};

/** Every key of a section with what kind of thing it holds. */
function shape(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
}

test.each(Object.entries(SECTIONS))('%s stands alone and is whole in every language', async (name, files) => {
  const french = shape(await files['./fr.ts']?.()).sort();
  expect(Object.keys(files)).toHaveLength(languages.length);
  for (const [path, load] of Object.entries(files)) {
    const loaded = await load();
    expect(Object.keys(loaded as object), path).toEqual([name]);
    expect(shape(loaded).sort(), path).toEqual(french);
  }
});

test('French comes first, and the platform’s languages are among those of the web', () => {
  expect(languages[0]).toEqual({ code: 'fr', name: 'Français' });
  expect(languages).toContainEqual({ code: 'en', name: 'English' });
  expect(['fr', 'en', 'es'].map(spokenByPlatform)).toEqual([true, true, false]);
});

test('a device reads what was chosen, else what its browser prefers, else French', async () => {
  const chosen = new Map<string, string>();
  const page = { lang: '' };
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => chosen.get(key) ?? null,
    setItem: (key: string, value: string) => chosen.set(key, value),
  });
  vi.stubGlobal('document', { documentElement: page });
  vi.stubGlobal('location', { reload: () => {} });
  vi.stubGlobal('navigator', { languages: ['xx', 'en-GB'] });
  await loadTexts();
  expect([language(), page.lang, platformLanguage(), t.common.close]).toEqual(['en', 'en', 'en', 'Close']);
  chooseLanguage('fr');
  await loadTexts();
  expect([language(), page.lang, t.common.close]).toEqual(['fr', 'fr', 'Fermer']);
  chooseLanguage('en');
  await loadTexts();
  chooseLanguage('__proto__');
  vi.stubGlobal('navigator', { languages: ['xx'] });
  await loadTexts();
  expect(language()).toBe('fr');
});
