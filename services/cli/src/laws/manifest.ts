import { readFileSync } from 'node:fs';
import { CliError } from '../errors.js';

export interface Law {
  readonly id: string;
  readonly sentence: string;
  /** `active`, or `planned: <what it waits for>`. */
  readonly status: string;
}

export interface LawSeal {
  readonly seal: string;
  readonly version: string;
  /** The day, UTC. */
  readonly sealed_at: string;
  readonly digest: string;
  readonly amendments: number;
  readonly laws: readonly string[];
}

/** laws.json beside package.json, which `npm run laws` makes and compares: tests are not installed with the command. */
export interface LawManifest {
  readonly laws: readonly Law[];
  readonly seals: readonly LawSeal[];
  /** The names of tests that carry a law's id, by file. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

/** A file of this package: what stands in it is what was built, and is not checked again. */
export function readLawManifest(): LawManifest {
  return JSON.parse(readFileSync(new URL('../../laws.json', import.meta.url), 'utf8')) as LawManifest;
}

/** @throws CliError `law_unknown` */
export function lawNamed({ laws }: LawManifest, id: string): Law {
  const law = laws.find((one) => one.id === id.toUpperCase());
  if (law !== undefined) return law;
  throw new CliError('law_unknown', `there is no law ${id.slice(0, 40)}`, {
    next: `Name one of: ${laws.map((one) => one.id).join(', ')}.`,
  });
}

/** One test that carries the law's id. */
export interface LawTest {
  readonly file: string;
  readonly name: string;
}

export function testsOfLaw({ tests }: LawManifest, id: string): readonly LawTest[] {
  const carries = new RegExp(`\\b${id}\\b`);
  return Object.entries(tests).flatMap(([file, names]) =>
    names.filter((name) => carries.test(name)).map((name) => ({ file, name })),
  );
}

export const sealOfLaw = ({ seals }: LawManifest, id: string): LawSeal | undefined =>
  seals.find(({ laws }) => laws.includes(id));
