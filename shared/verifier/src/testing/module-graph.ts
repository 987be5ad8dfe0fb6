import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The compiled modules that an entry loads, as a browser would load them: no bundler, no Node. */
export interface ModuleGraph {
  /** Real paths. */
  readonly files: ReadonlySet<string>;
  /** Bare specifier → real path: what an import map says. */
  readonly bare: ReadonlyMap<string, string>;
  /** What no browser has, and who asks for it. */
  readonly builtins: readonly { readonly from: string; readonly specifier: string }[];
}

const here = dirname(fileURLToPath(import.meta.url));
const statement = /(?:^|[;\n}])\s*(?:import|export)\s*(?:[^'"`;]*?\bfrom\s*)?['"]([^'"]+)['"]/g;
const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function moduleGraph(entries: readonly string[]): ModuleGraph {
  const files = new Set<string>();
  const bare = new Map<string, string>();
  const builtins: { from: string; specifier: string }[] = [];
  const queue = entries.map((entry) => realpathSync(entry));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, specifier = ''] of [...text.matchAll(statement), ...text.matchAll(dynamic)]) {
      if (isBuiltin(specifier)) builtins.push({ from: file, specifier });
      else if (specifier.startsWith('.')) queue.push(realpathSync(resolve(dirname(file), specifier)));
      else {
        const found = bareFile(specifier);
        bare.set(specifier, found);
        queue.push(found);
      }
    }
  }
  return { files, bare, builtins };
}

type Exports = string | { readonly [condition: string]: Exports };

/** As a browser's bundler would: the condition `import`, and none of Node's. */
function bareFile(specifier: string): string {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  const folder = packageFolder(name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Record<string, Exports>;
  };
  const subpath = `.${specifier.slice(name.length)}`;
  let target = manifest.exports[subpath];
  while (typeof target === 'object') target = target['import'] ?? target['default'];
  if (target === undefined) throw new RangeError(`${name} has no module ${subpath} for a browser`);
  return realpathSync(join(folder, target));
}

function packageFolder(name: string): string {
  for (let at = here; at !== dirname(at); at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(folder)) return realpathSync(folder);
  }
  throw new RangeError(`there is no package ${name}`);
}
