import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LawTests } from './collected.js';
import type { Law } from './law-table.js';
import type { SealState } from './sealing/check.js';

/** What `marketops laws` knows of the tests without having them: services/cli/laws.json. */
export interface Manifest {
  readonly laws: readonly Law[];
  readonly seals: readonly SealSummary[];
  readonly tests: LawTests;
}

interface SealSummary {
  readonly seal: string;
  readonly version: string;
  readonly sealed_at: string;
  readonly digest: string;
  readonly amendments: number;
  readonly laws: readonly string[];
}

const manifestPath = 'services/cli/laws.json';

export function manifestOf(laws: readonly Law[], tests: LawTests, states: readonly SealState[]): Manifest {
  const seals = states.map(({ seal: { seal, version, sealed_at, digest, laws }, amendments }) => {
    return { seal, version, sealed_at, digest, amendments: amendments.length, laws: Object.keys(laws) };
  });
  return { laws, seals, tests };
}

/** Undefined where there is none that can be read. */
export function readManifest(root: string): Manifest | undefined {
  const path = join(root, manifestPath);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

export function writeManifest(root: string, manifest: Manifest): void {
  writeFileSync(join(root, manifestPath), `${JSON.stringify(manifest, null, 2)}\n`);
}

const toldMax = 10;

/** How the committed manifest differs from what is so; empty where it does not. */
export function manifestFaults(committed: Manifest | undefined, now: Manifest): readonly string[] {
  if (committed === undefined) return [`${manifestPath} is missing or cannot be read: ${howToWrite}`];
  const before = namesIn(committed.tests);
  const after = namesIn(now.tests);
  const faults = [
    ...[...after].filter((name) => !before.has(name)).map((name) => `it lacks the test ${name}`),
    ...[...before].filter((name) => !after.has(name)).map((name) => `vitest collects no test ${name}`),
    ...(same(committed.laws, now.laws) ? [] : ['its laws are not those of docs/laws.md']),
    ...(same(committed.seals, now.seals) ? [] : ['its seals are not those of docs/milestones']),
  ];
  const more = faults.length - toldMax;
  return [
    ...faults.slice(0, toldMax).map((fault) => `${manifestPath}: ${fault}`),
    ...(more > 0 ? [`${manifestPath}: and ${more} more`] : []),
    ...(faults.length > 0 ? [`${manifestPath} is not what is so: ${howToWrite}`] : []),
  ];
}

const howToWrite = 'write it with npm run laws -- --write, and commit it';
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const namesIn = (tests: LawTests): ReadonlySet<string> =>
  new Set(Object.entries(tests).flatMap(([file, names]) => names.map((name) => `${file} › ${name}`)));
