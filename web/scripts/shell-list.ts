// Tells the service worker what the residents' app is made of, so that it opens without a network.

import type { Plugin, Rolldown } from 'vite';

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss?: Set<string>; importedAssets?: Set<string> } };

/** Everything that `index.html` can load, also later, as `__SHELL__` in sw.js; not the console's and the operators' pages. */
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
      const follow = (name: string) => {
        const file = bundle[name];
        if (!file || shell.has(name)) return;
        shell.add(name);
        if (file.type !== 'chunk') return;
        for (const next of [...file.imports, ...file.dynamicImports]) follow(next);
        const beside = (file as Chunk).viteMetadata;
        for (const next of [...(beside?.importedCss ?? []), ...(beside?.importedAssets ?? [])]) follow(next);
      };
      follow(start.fileName);
      worker.code = `const __SHELL__=${JSON.stringify([...shell].map((name) => `/${name}`))};${worker.code}`;
    },
  };
}
