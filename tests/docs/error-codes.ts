import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/tests\/$/, '/');

/** An error class of the code with every code it may carry. */
export interface ErrorClass {
  readonly name: string;
  readonly file: string;
  readonly codes: readonly string[];
  /** What its `nextByCode` says to do, where it has one. */
  readonly nextByCode: ReadonlyMap<string, string>;
}

/** Reads the unions of codes out of the sources: `class X extends Fault<'a' | 'b'>`, or `Fault<XCode>` with its type. */
export function errorClasses(): ErrorClass[] {
  return ['shared', 'services', 'infra'].flatMap(sourcesIn).flatMap(({ file, text }) => {
    return [...text.matchAll(/class (\w+)(?:<Code extends (\w+)[^{]*?>)? extends Fault<([^>]+)>/g)].map(
      ([, name = '', bound, argument = '']) => ({
        name,
        file,
        codes: literals(argument.includes("'") ? argument : unionOf(bound ?? argument.trim(), text)),
        nextByCode: nextTexts(text),
      }),
    );
  });
}

/** The union's text: literals as they stand, or the keys of the table it is `keyof typeof`. */
function unionOf(name: string, text: string): string {
  const plain = text.replaceAll(/\/\*\*[\s\S]*?\*\//g, '');
  const union = new RegExp(`type ${name} =([\\s\\S]*?);`).exec(plain)?.[1] ?? '';
  const tableName = /keyof typeof (\w+)/.exec(union)?.[1];
  if (tableName === undefined) return union;
  const table = new RegExp(`const ${tableName}[^=]*= \\{([\\s\\S]*?)\\n\\}`).exec(plain)?.[1] ?? '';
  return [...table.matchAll(/^ {2}([a-z0-9_]+):/gm)].map(([, key]) => `'${key}'`).join(' | ');
}

const literals = (union: string): string[] =>
  [...union.matchAll(/'([a-z0-9_]+)'/g)].map(([, code = '']) => code);

/** The table `nextByCode` of a file: each code with its text, as one line of words. */
function nextTexts(text: string): ReadonlyMap<string, string> {
  const table = /const nextByCode = \{([\s\S]*?)\n\}/.exec(text)?.[1] ?? '';
  const rows = table.matchAll(/^ {2}([a-z0-9_]+):\s*(['"`])([\s\S]*?)\2,$/gm);
  return new Map([...rows].map(([, code = '', , next = '']) => [code, oneLine(next)]));
}

export const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');

interface Source {
  /** Relative to the repository's root. */
  readonly file: string;
  readonly text: string;
}

/** What runs: no tests, no benches, nothing built. */
export const sourcesIn = (folder: string): Source[] =>
  paths(join(root, folder)).map((path) => ({
    file: path.slice(root.length),
    text: readFileSync(path, 'utf8'),
  }));

function paths(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ['dist', 'dist-types', 'node_modules', 'testing', 'test-kit'].includes(entry.name)
        ? []
        : paths(path);
    return entry.name.endsWith('.ts') && !/\.(test|contract|bench)\.ts$/.test(entry.name) ? [path] : [];
  });
}
