import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A law as docs/laws.md has it. */
export interface Law {
  readonly id: string;
  readonly sentence: string;
  /** `active`, or `planned: <what it waits for>`. */
  readonly status: string;
}

/** Every law that docs/laws.md must have: none may go. */
export const mandatoryLaws: readonly string[] = [
  ...['D1', 'D2', 'D3', 'D4', 'D5'],
  ...['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8'],
  ...['F1', 'F2', 'F3', 'F4', 'F5'],
  ...['E1', 'E2', 'E3', 'R1', 'R2', 'R3', 'X1', 'X2', 'X3'],
  ...['L1', 'L2', 'L3', 'O1', 'O2', 'C1', 'C2'],
];

export const isActive = ({ status }: Law): boolean => status === 'active';

/** The laws of docs/laws.md, in its order. */
export function readLaws(root: string): readonly Law[] {
  return lawsIn(readFileSync(join(root, 'docs/laws.md'), 'utf8'));
}

function lawsIn(page: string): readonly Law[] {
  const rows = page.matchAll(/^\| *([A-Z]\d) *\| (.+?) *\| (active|planned: .+?) *\|$/gm);
  return [...rows].map(([, id = '', sentence = '', status = '']) => ({ id, sentence, status }));
}

/** The ids of laws that a test's name carries. */
export function lawsNamed(name: string): readonly string[] {
  return [...new Set([...name.matchAll(/\b([DPFERXLOC]\d)\b/g)].map(([, id = '']) => id))];
}

/** Faults of the list itself and of its tests: by law id, the names of the tests that carry it. */
export function coverageFaults(
  laws: readonly Law[],
  tests: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const known = new Set(laws.map(({ id }) => id));
  const missing = mandatoryLaws.filter((id) => !known.has(id));
  const untested = laws.filter((law) => isActive(law) && (tests.get(law.id)?.length ?? 0) === 0);
  const unknown = [...tests].filter(([id]) => !known.has(id));
  return [
    ...missing.map((id) => `${id} is missing from docs/laws.md`),
    ...untested.map(({ id }) => `${id} has no test whose name carries it`),
    ...unknown.map(([id, [first]]) => `${first} names ${id}, which is no law`),
  ];
}
