import { compare } from '../collected.js';
import { isActive, type Law } from '../law-table.js';
import { digestOf, type SealedTest, type TestReader } from './sealed-tests.js';

/** A law as it stood when it was sealed, or stands now. */
export interface SealedLaw {
  readonly sentence: string;
  /** Over the sentence and every test. */
  readonly digest: string;
  readonly tests: readonly SealedTest[];
}

/** A file of docs/milestones. It is written once. */
export interface Seal {
  readonly seal: string;
  readonly version: string;
  /** The day, UTC. */
  readonly sealed_at: string;
  readonly promise: string;
  /** Over everything else in the file. */
  readonly digest: string;
  readonly laws: Readonly<Record<string, SealedLaw>>;
}

export type LawsNow = ReadonlyMap<string, SealedLaw>;

export const lawDigest = (id: string, { sentence, tests }: Omit<SealedLaw, 'digest'>): string =>
  digestOf([id, sentence, tests.map(({ file, test, digest }) => [file, test, digest])]);

const sealDigest = ({ seal, version, sealed_at, promise, laws }: Omit<Seal, 'digest'>): string =>
  digestOf([seal, version, sealed_at, promise, Object.entries(laws).map(([id, { digest }]) => [id, digest])]);

const place = ({ file, test }: SealedTest): string => `${file}\n${test}`;
export const inOrder = (tests: readonly SealedTest[]): readonly SealedTest[] =>
  tests.toSorted((one, other) => compare(place(one), place(other)));

/** What the laws say today, and what their tests are. A law that is gone has no sentence. */
export function lawsNow(ids: readonly string[], laws: readonly Law[], reader: TestReader): LawsNow {
  return new Map(
    ids.map((id) => {
      const sentence = laws.find((law) => law.id === id)?.sentence ?? '';
      const tests = inOrder(reader.testsOf(id));
      return [id, { sentence, digest: lawDigest(id, { sentence, tests }), tests }];
    }),
  );
}

export interface SealDefinition {
  readonly seal: string;
  readonly version: string;
  readonly laws: readonly string[];
  readonly promise: string;
}

export function makeSeal(definition: SealDefinition, now: LawsNow, sealedAt: string): Seal {
  const { seal, version, promise } = definition;
  const content = { seal, version, sealed_at: sealedAt, promise, laws: Object.fromEntries(now) };
  return { ...content, digest: sealDigest(content) };
}

/** Faults of the file itself: a digest in it that is not what it says. */
export function sealFaults(seal: Seal, definition: SealDefinition): readonly string[] {
  const name = nameOf(definition);
  const faults: string[] = [];
  const ids = Object.keys(seal.laws);
  if (seal.seal !== definition.seal || seal.version !== definition.version)
    faults.push(`${name}: the file says that it is ${seal.seal} ${seal.version}`);
  if (ids.join() !== definition.laws.join()) faults.push(`${name} seals other laws: ${ids.join(', ')}`);
  for (const [id, law] of Object.entries(seal.laws)) {
    if (lawDigest(id, law) !== law.digest)
      faults.push(`${name}: the digest of ${id} is not of what is sealed`);
  }
  if (sealDigest(seal) !== seal.digest) faults.push(`${name}: its digest is not of what it says`);
  return faults;
}

/** A sealed law may not be taken back to `planned`, or out of the list: no amendment allows that. */
export function standingFaults(definition: SealDefinition, laws: readonly Law[]): readonly string[] {
  return definition.laws.flatMap((id) => {
    const law = laws.find((one) => one.id === id);
    return law !== undefined && isActive(law)
      ? []
      : [`${id} is sealed in ${nameOf(definition)}, and docs/laws.md no longer has it as active`];
  });
}

export const nameOf = ({ seal, version }: Pick<Seal, 'seal' | 'version'>): string => `${seal}-${version}`;
