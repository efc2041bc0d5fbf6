// Makes the service worker, in one file as old browsers want it, and tells it what the residents' app is made of, so that it
// opens without a network.

import { build, type Plugin, type Rolldown } from 'vite';

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss?: Set<string>; importedAssets?: Set<string> } };

/** Everything that `index.html` can load, also later, is `__SHELL__` in sw.js; not the console's and the operators' pages. */
export function shellList(source: string): Plugin {
  return {
    name: 'parvis-shell-list',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
      const start = chunks.find((chunk) => chunk.isEntry && chunk.name === 'index');
      if (!start) return;
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
      const list = JSON.stringify([...shell].map((name) => `/${name}`));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: `const __SHELL__=${list};${await alone(source)}` });
    },
  };
}

/** The script and all that it imports; it shares no file with the pages. */
async function alone(source: string): Promise<string> {
  const output = { format: 'iife', codeSplitting: false } as const;
  const made = await build({
    configFile: false,
    logLevel: 'warn',
    build: { target: 'es2022', write: false, copyPublicDir: false, rolldownOptions: { input: source, output } },
  });
  const [first] = (Array.isArray(made) ? made[0] : (made as Rolldown.RolldownOutput))?.output ?? [];
  if (!first) throw new Error(`${source} made nothing`);
  return first.code;
}
