import { beforeAll, expect, test, vi } from 'vitest';
import { loadTexts } from '../../texts/index.ts';
import { coordinates } from './coordinates.ts';
import { idFor, moved, same } from './desk.ts';
import { differences } from './difference.ts';
import { optionsOf } from './options.ts';
import { loadDeskTexts } from './texts/index.ts';

beforeAll(async () => {
  vi.stubGlobal('navigator', { languages: ['fr-FR'] });
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal('document', { documentElement: {} });
  await loadTexts();
  await loadDeskTexts();
});

test('an id is made of a name, fits the platform and is not taken', () => {
  expect(idFor('Éclairage public', [], 'c')).toBe('eclairage-public');
  expect(idFor('Éclairage public', ['eclairage-public', 'eclairage-public-2'], 'c')).toBe('eclairage-public-3');
  expect(idFor('11 novembre', [], 'z')).toBe('z-11-novembre');
  for (const name of ['', '???', 'Œuvres d’art', 'x'.repeat(300)])
    expect(idFor(name, [], 'c')).toMatch(/^[a-z][a-z0-9_-]{0,39}$/);
});

test('options keep their ids when one is corrected, moved, added or removed', () => {
  const before = [
    { id: 'main', label: 'Une main' },
    { id: 'roue', label: 'Une roue' },
  ];
  expect(optionsOf('Une main\nUne grande roue', before).map((o) => o.id)).toEqual(['main', 'roue']);
  expect(optionsOf('Une roue\nUne main', before).map((o) => o.id)).toEqual(['roue', 'main']);
  expect(optionsOf('Une main\nUne roue\nPlus', before).map((o) => o.id)).toEqual(['main', 'roue', 'plus']);
  expect(optionsOf('Une roue', before).map((o) => o.id)).toEqual(['roue']);
  const twice = optionsOf('Une main\nUne main', before).map((o) => o.id);
  expect(new Set(twice).size).toBe(2);
});

test('coordinates are taken as maps copy them and as the French write them', () => {
  expect(coordinates('43.67040, 5.59120')).toEqual({ latitude: 43.6704, longitude: 5.5912 });
  expect(coordinates('43,67 ; 5,56')).toEqual({ latitude: 43.67, longitude: 5.56 });
  expect(coordinates('-21.1 55.5')).toEqual({ latitude: -21.1, longitude: 55.5 });
  for (const no of ['', '43.67', 'Mairie', '95, 5', '43, 200']) expect(coordinates(no)).toBeNull();
});

test('the order of fields and what is absent make no difference', () => {
  expect(same({ a: 1, b: null }, { a: 1 })).toBe(true);
  expect(same({ a: 1, b: [1, 2] }, { b: [2, 1], a: 1 })).toBe(false);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
});

test('two versions are told apart in words', () => {
  const category = { id: 'voirie', name: 'Voirie', photo_required: false, questions: [], archived: false };
  const before = {
    name: 'Jouques',
    categories: [category, { ...category, id: 'eau', name: 'Eau' }],
    texts: {},
    services: [],
  };
  const after = {
    name: 'Jouques-en-Provence',
    categories: [
      { ...category, id: 'eau', name: 'Eau' },
      { ...category, photo_required: true },
      { ...category, id: 'x', name: 'Neige' },
    ],
    texts: { welcome: 'x'.repeat(500) },
    services: [],
  };
  const told = JSON.parse(JSON.stringify(differences(before as never, after as never)).replaceAll('\u00a0', ' '));
  expect(told).toEqual([
    { what: 'Nom', lines: ['« Jouques » → « Jouques-en-Provence »'] },
    {
      what: 'Catégories',
      lines: ['Ajout de « Neige »', '« Voirie » : photo obligatoire (Non → Oui)', 'Ordre modifié'],
    },
    { what: 'Textes', lines: ['Bienvenue : réécrit'] },
  ]);
});
