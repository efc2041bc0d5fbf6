// Makes the service worker, in one file as old browsers want it, and tells it what the residents' app and the console are
// made of, so that they open without a network.

import { build, type Plugin, type Rolldown } from 'vite';

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss?: Set<string>; importedAssets?: Set<string> } };

/** Screens that need the platform anyway, and are many: not kept. */
const NOT_KEPT = /\/src\/console\/settings\/|\?words=desk/;
/** What draws communes' own maps: few have one, and it is kept with the first map. */
const LATER = /\/src\/map\/file-[a-z]+\.ts$/;

/**
 * Everything that `index.html` can load, also later, is `__SHELL__` in sw.js, but for `__LATER__`, which few need; `__CONSOLE__`
 * is what `console.html` has besides, but for the administrators' screens. The operators' page is in none.
 */
export function shellList(source: string): Plugin {
  return {
    name: 'parvis-shell-list',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
      const entry = (name: string) => chunks.find((chunk) => chunk.isEntry && chunk.name === name)?.fileName;
      const is = (name: string, what: RegExp) => {
        const file = bundle[name];
        return file?.type === 'chunk' && file.moduleIds.some((id) => what.test(id));
      };
      const kept = (name: string) => !is(name, NOT_KEPT) && !is(name, LATER);
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
        return [...found];
      };
      const [residents, staff] = [entry('index'), entry('console')];
      if (!residents || !staff) return;
      const shell = all(residents);
      const more = all(staff).filter((name) => !shell.includes(name));
      const later = chunks.flatMap((chunk) => (is(chunk.fileName, LATER) ? all(chunk.fileName) : []));
      const list = (names: string[]) => JSON.stringify([...new Set(names)].map((name) => `/${name}`));
      const few = later.filter((name) => !shell.includes(name));
      const lists = `const __SHELL__=${list(shell)},__LATER__=${list(few)},__CONSOLE__=${list(more)};`;
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: lists + (await alone(source)) });
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
