// biome-ignore-all lint/suspicious/noTemplateCurlyInString: source code as text

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { corrected, frenchFiles, mistakes, printed } from '../../scripts/french.mjs';

test('French is set with no-break spaces, apostrophes and ellipses', () => {
  expect(printed("Qu'est-ce que c'est ? Rien... Voici : « oui » !")).toBe(
    'Qu’est-ce que c’est\u202f? Rien… Voici\u00a0: «\u00a0oui\u00a0»\u202f!',
  );
  expect(printed('déjà\u202f; bien\u00a0: fait')).toBe('déjà\u202f; bien\u00a0: fait');
  expect(printed('à 18:00, sur https://parvis.example/?a=1, « x »')).toBe(
    'à 18:00, sur https://parvis.example/?a=1, «\u00a0x\u00a0»',
  );
  expect(printed('Vraiment ?!')).toBe('Vraiment\u202f?!');
  expect(printed('42 %')).toBe('42\u00a0%');
});

test('a file is corrected in its texts and nowhere else', () => {
  const source = "const a = { 'b c': n > 1 ? 'Oui !' : `${n} avis : ${f('a : b')} ?` };";
  const right = "const a = { 'b c': n > 1 ? 'Oui\u202f!' : `${n} avis\u00a0: ${f('a\u00a0: b')}\u202f?` };";
  expect(corrected(source)).toBe(right);
  expect(mistakes(right)).toEqual([]);
});

test.each(frenchFiles())('%s is set as French asks', (path) => {
  const wrong = mistakes(readFileSync(path, 'utf8'), path).map((m) => `${m.line}: ${m.wanted}`);
  expect(wrong, 'npm run fix corrects them').toEqual([]);
});
