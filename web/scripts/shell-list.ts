// Tells the service worker what the residents' app and the console are made of, so that they open without a network.

import type { Plugin, Rolldown } from 'vite';

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss?: Set<string>; importedAssets?: Set<string> } };

/** Screens that need the platform anyway, and are many: not kept. */
const NOT_KEPT = '/src/console/settings/';

/**
 * Everything that `index.html` can load, also later, as `__SHELL__` in sw.js; as `__CONSOLE__` what `console.html` has besides,
 * but for the administrators' screens. The operators' page is in neither.
 */
export function shellList(): Plugin {
  return {
    name: 'parvis-shell-list',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
      const worker = chunks.find((chunk) => chunk.fileName === 'sw.js');
      const entry = (name: string) => chunks.find((chunk) => chunk.isEntry && chunk.name === name)?.fileName;
      const kept = (name: string) => {
        const file = bundle[name];
        return !(file?.type === 'chunk' && file.moduleIds.some((id) => id.includes(NOT_KEPT)));
      };
      const all = (start: string) => {
        const found = new Set<string>();
        const follow = (name: string) => {
          const file = bundle[name];
          if (!file || found.has(name)) return;
          found.add(name);
          if (file.type !== 'chunk') return;
          for (const next of [...file.imports, ...file.dynamicImports.filter(kept)]) follow(next);
          const beside = (file as Chunk).viteMetadata;
          for (const next of [...(beside?.importedCss ?? []), ...(beside?.importedAssets ?? [])]) follow(next);
        };
        follow(start);
        return [...found].map((name) => `/${name}`);
      };
      const [residents, staff] = [entry('index'), entry('console')];
      if (!worker || !residents || !staff) return;
      const shell = all(residents);
      const more = all(staff).filter((name) => !shell.includes(name));
      worker.code = `const __SHELL__=${JSON.stringify(shell)},__CONSOLE__=${JSON.stringify(more)};${worker.code}`;
    },
  };
}
