import { createHash } from 'node:crypto';
import { compare, type LawTests } from '../collected.js';
import { lawsNamed } from '../law-table.js';
import { createModules, type Module, type Modules } from './modules.js';
import { fileSliceOf, sliceOf } from './slice.js';
import { type TestUnit, type UnitsOfFile, unitsOf } from './units.js';

/** A test under seal: what it is called, and the digest of all that it runs and of the names it is collected under. */
export interface SealedTest {
  readonly file: string;
  readonly test: string;
  readonly digest: string;
}

export const digestOf = (value: unknown): string =>
  `sha256:${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`;

const runnerFile = 'vitest.config.ts';
const wholeFile = '(the whole file)';

/** Reads the sources once, and says of each law what its tests are. */
export interface TestReader {
  testsOf(law: string): readonly SealedTest[];
  /** Faults that no digest shows: a law's test that `only` silences. */
  faultsOf(law: string): readonly string[];
}

export function createTestReader(root: string, tests: LawTests): TestReader {
  const modules = createModules(root);
  const files = new Map<string, UnitsOfFile>();
  const digests = new Map<string, string>();

  const readFile = (file: string): UnitsOfFile => {
    const known = files.get(file);
    if (known !== undefined) return known;
    const module = modules.load(file);
    const units = module === undefined ? { units: [], hasOnly: false } : unitsOf(module);
    files.set(file, units);
    return units;
  };
  const digestOfUnits = (units: readonly TestUnit[], names: readonly string[]): string => {
    const key = JSON.stringify([units.map(({ module, node }) => [module.file, node.start]), names]);
    const digest = digests.get(key) ?? digestOf([names, units.map((unit) => sliceOf(modules, unit))]);
    digests.set(key, digest);
    return digest;
  };
  const namesOf = (law: string) =>
    Object.entries(tests)
      .map(([file, names]) => ({ file, names: names.filter((name) => lawsNamed(name).includes(law)) }))
      .filter(({ names }) => names.length > 0);

  return {
    testsOf(law) {
      const found = namesOf(law).flatMap(({ file, names }) => {
        const { made, loose } = assign(readFile(file).units, names);
        const sealed = [...made].map(([test, { units, names: own }]) => ({
          ...{ file, test },
          digest: digestOfUnits(units, own),
        }));
        return loose.length === 0 ? sealed : [...sealed, whole(modules, file, loose)];
      });
      const runner = modules.load(runnerFile);
      return runner === undefined ? found : [...found, whole(modules, runnerFile, [])];
    },
    faultsOf: (law) =>
      namesOf(law)
        .filter(({ file }) => readFile(file).hasOnly)
        .map(({ file }) => `${file} has an \`only\`, which silences its other tests (law ${law})`),
  };
}

interface Assigned {
  readonly units: readonly TestUnit[];
  readonly names: readonly string[];
}

/** Which unit each name comes from: the one with the most of it fixed. Where two are alike, both. */
function assign(
  units: readonly TestUnit[],
  names: readonly string[],
): { readonly made: ReadonlyMap<string, Assigned>; readonly loose: readonly string[] } {
  const made = new Map<string, Assigned>();
  const loose: string[] = [];
  for (const name of names) {
    const fitting = units.filter(({ pattern }) => pattern.test(name));
    const most = Math.max(...fitting.map(({ fixed }) => fixed));
    const best = fitting.filter(({ fixed }) => fixed === most);
    const [first] = best;
    if (first === undefined) loose.push(name);
    else {
      const before = made.get(first.shown);
      const all = [...new Set([...(before?.units ?? []), ...best])];
      made.set(first.shown, { units: all, names: [...(before?.names ?? []), name].sort(compare) });
    }
  }
  return { made, loose };
}

/** Where no single test can be told: all of the file, with all the test code it reaches. */
function whole(modules: Modules, file: string, names: readonly string[]): SealedTest {
  const module: Module | undefined = modules.load(file);
  const slice = module === undefined ? null : fileSliceOf(modules, module);
  return { file, test: wholeFile, digest: digestOf([names, slice]) };
}
