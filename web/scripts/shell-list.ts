// Tells the service worker what the residents' app is made of, so that it opens without a network.

import type { Plugin, Rolldown } from 'vite';

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss?: Set<string>; importedAssets?: Set<string> } };

/** What draws communes' own maps: few have one, and it is kept with the first map. */
const LATER = /\/src\/map\/file-[a-z]+\.ts$/;

/**
 * Everything that `index.html` can load, also later, as `__SHELL__` in sw.js, and as `__LATER__` what few need; not the console's
 * and the operators' pages.
 */
export function shellList(): Plugin {
  return {
    name: 'parvis-shell-list',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
      const worker = chunks.find((chunk) => chunk.fileName === 'sw.js');
      const start = chunks.find((chunk) => chunk.isEntry && chunk.name === 'index');
      if (!worker || !start) return;
      const shell = new Set<string>();
      const later = new Set<string>();
      const follow = (name: string, into: Set<string>) => {
        const file = bundle[name];
        if (!file || shell.has(name) || into.has(name)) return;
        if (file.type === 'chunk' && into === shell && LATER.test(file.facadeModuleId ?? '')) return;
        into.add(name);
        if (file.type !== 'chunk') return;
        for (const next of [...file.imports, ...file.dynamicImports]) follow(next, into);
        const beside = (file as Chunk).viteMetadata;
        for (const next of [...(beside?.importedCss ?? []), ...(beside?.importedAssets ?? [])]) follow(next, into);
      };
      follow(start.fileName, shell);
      for (const chunk of chunks) if (LATER.test(chunk.facadeModuleId ?? '')) follow(chunk.fileName, later);
      const list = (names: Set<string>) => JSON.stringify([...names].map((name) => `/${name}`));
      worker.code = `const __SHELL__=${list(shell)},__LATER__=${list(later)};${worker.code}`;
    },
  };
}
