import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { lawsNamed } from './law-table.js';

/** The names of tests that carry a law's id, by file, both sorted: what vitest itself collects, tables included. */
export type LawTests = Readonly<Record<string, readonly string[]>>;

const limitMs = 900_000;

/**
 * Asks vitest for every test of the project. It loads each test file, and runs none; so files may share a worker, which
 * takes a tenth of the time.
 */
export function collectedTests(root: string): LawTests {
  const folder = mkdtempSync(join(tmpdir(), 'marketops-laws-'));
  try {
    const list = join(folder, 'tests.json');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    execFileSync(process.execPath, [vitest, 'list', '--no-isolate', `--json=${list}`], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: limitMs,
    });
    return lawTestsOf(root, JSON.parse(readFileSync(list, 'utf8')) as readonly ListedTest[]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One of `vitest list --json`; the file's path is absolute. */
export interface ListedTest {
  readonly name: string;
  readonly file: string;
}

export function lawTestsOf(root: string, listed: readonly ListedTest[]): LawTests {
  const byFile = new Map<string, string[]>();
  for (const { name, file } of listed) {
    if (lawsNamed(name).length === 0) continue;
    const path = relative(root, file).split(sep).join('/');
    byFile.set(path, [...(byFile.get(path) ?? []), name]);
  }
  const files = [...byFile].sort(([one], [other]) => compare(one, other));
  return Object.fromEntries(files.map(([file, names]) => [file, names.sort(compare)]));
}

/** By code unit: the same order on every machine. */
export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** By law id: `file › name` of each test that carries it. */
export function testsByLaw(tests: LawTests): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [file, names] of Object.entries(tests)) {
    for (const name of names) {
      for (const id of lawsNamed(name)) found.set(id, [...(found.get(id) ?? []), `${file} › ${name}`]);
    }
  }
  return found;
}
