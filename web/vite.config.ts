import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { pages } from './scripts/pages.ts';
import { shellList } from './scripts/shell-list.ts';
import { words } from './scripts/words.ts';

// Three pages, one service worker. Where the platform runs is told by PARVIS_URL while developing.
const api = process.env.PARVIS_URL ?? 'http://127.0.0.1:8200';
const proxy = Object.fromEntries(['/v1', '/media', '/maps', '/web.json', '/_local'].map((path) => [path, api]));
const page = (name: string) => resolve(import.meta.dirname, name);

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // A small picture as data: in a style sheet would need an exception in the content security policy.
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: {
      input: {
        index: page('index.html'),
        console: page('console.html'),
        operator: page('operator.html'),
      },
      output: { entryFileNames: 'assets/[name]-[hash].js' },
    },
  },
  plugins: [words(), shellList(page('src/offline/sw.ts')), pages()],
  // The console shows the words of notices, which are the platform's own files.
  server: { host: '127.0.0.1', proxy, fs: { allow: ['.', '../shared/domain/src/texts'] } },
  // Stories about what the platform sends along know by this header that they do not talk to it.
  preview: { host: '127.0.0.1', proxy, headers: { 'X-Parvis-Preview': 'yes' } },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/*.test.ts', 'tests/*.test.ts'],
    environment: 'node',
  },
});
