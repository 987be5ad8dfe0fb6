import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Node, parse } from './syntax.js';

/** A source file; `file` is its path from the root, with `/`. */
export interface Module {
  readonly file: string;
  readonly text: string;
  readonly program: Node;
}

/** The sources of a project, read and parsed once each. */
export interface Modules {
  /** Undefined where there is no such file. */
  load(file: string): Module | undefined;
  /**
   * The test code that an import brings; undefined for anything else. What the product itself does is what tests
   * judge, so a seal ends there.
   */
  testCode(from: Module, specifier: string): Module | undefined;
}

/** Tests, and what exists only for them. */
const isTestCode = (file: string): boolean =>
  file.startsWith('tests/') || /(^|\/)(testing|contract)(\/|\.ts$)|\.test\.ts$/.test(file);

export function createModules(root: string): Modules {
  const loaded = new Map<string, Module | undefined>();
  const packages = packagesOf(root);

  const load = (file: string): Module | undefined => {
    if (!loaded.has(file)) loaded.set(file, read(root, file));
    return loaded.get(file);
  };

  return {
    load,
    testCode(from, specifier) {
      const file = specifier.startsWith('.')
        ? posix.join(posix.dirname(from.file), specifier).replace(/\.js$/, '.ts')
        : packages.get(specifier);
      return file === undefined || !isTestCode(file) ? undefined : load(file);
    },
  };
}

function read(root: string, file: string): Module | undefined {
  const path = join(root, file);
  if (!file.endsWith('.ts') || !existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  return { file, text, program: parse(text) };
}

/** What each package of the workspace offers under which name: specifier → source file. */
function packagesOf(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const kind of ['shared', 'services', 'infra']) {
    const folder = join(root, kind);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    for (const name of names) {
      const manifest = join(folder, name, 'package.json');
      if (!existsSync(manifest)) continue;
      const { name: of, exports = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as PackageJson;
      for (const [path, target] of Object.entries(exports)) {
        const { source } = typeof target === 'string' ? { source: undefined } : target;
        if (of === undefined || source === undefined) continue;
        found.set(posix.join(of, path), posix.join(kind, name, source));
      }
    }
  }
  return found;
}

interface PackageJson {
  readonly name?: string;
  readonly exports?: Readonly<Record<string, string | { readonly source?: string }>>;
}
