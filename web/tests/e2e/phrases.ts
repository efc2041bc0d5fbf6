// The texts of both languages as phrases, to find one language on a screen of the other.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { frenchFiles } from '../../scripts/french.mjs';

/** Shorter ones may be in both languages, or in what people write. */
const LEAST = 10;
const GAP = '\u0001';

/** Every text; of one with names or numbers in it the parts between them. */
function phrases(of: unknown): string[] {
  if (typeof of === 'string') return of.split(GAP);
  if (typeof of === 'object' && of) return Object.values(of).flatMap(phrases);
  if (typeof of !== 'function') return [];
  for (const filler of [GAP, 2]) {
    try {
      return phrases(of(filler, filler, filler, filler));
    } catch {
      // It wanted a number.
    }
  }
  return [];
}

const clean = (all: string[]) => [...new Set(all.map((p) => p.trim()))].filter((p) => p.length >= LEAST);

const SOURCE = resolve(import.meta.dirname, '../../src');
const files = frenchFiles(SOURCE);
/** The words of a file; what stands where scripts are off is there in every language. */
const words = async (name: string) => ({ ...(await import(name)), noScript: '' });
const load = async (names: string[]) => clean(phrases(await Promise.all(names.map(words))));
const FRENCH = await load(files);
const ENGLISH = await load(files.map((name) => name.replace(/fr\.ts$/, 'en.ts')).filter((name) => existsSync(name)));

/** What is only of the other language, and of no use as a check where it is part of a text of this one. */
const only = (these: string[], others: string[]) => these.filter((p) => !others.some((o) => o.includes(p)));

/** Phrases of the other language that the screen shows or tells, also in labels and in its title. */
export async function foreign(page: Page, language: 'fr' | 'en'): Promise<string[]> {
  const said = await page.evaluate(() => {
    const body = document.body.cloneNode(true) as HTMLElement;
    // What says that it is of another language is no mistake.
    for (const marked of body.querySelectorAll<HTMLElement>('[lang]'))
      if (marked.lang !== document.documentElement.lang) marked.remove();
    return [
      document.title,
      body.textContent,
      ...[...body.querySelectorAll('[aria-label], [title], [placeholder], [alt]')].flatMap((e) =>
        ['aria-label', 'title', 'placeholder', 'alt'].map((name) => e.getAttribute(name) ?? ''),
      ),
    ].join('\n');
  });
  return (language === 'en' ? only(FRENCH, ENGLISH) : only(ENGLISH, FRENCH)).filter((p) => said.includes(p));
}
