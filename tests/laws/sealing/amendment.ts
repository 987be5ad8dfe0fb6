import { inOrder, type LawsNow, lawDigest, nameOf, type Seal, type SealedLaw } from './seal.js';
import { digestOf, type SealedTest } from './sealed-tests.js';

/** One line of a seal's list: what was changed in its laws and their tests, by whom and why. */
export interface Amendment {
  /** 1, 2, 3 … */
  readonly number: number;
  /** UTC. */
  readonly at: string;
  readonly by: string;
  readonly why: string;
  /** The digest of the seal, or of the line before. */
  readonly previous: string;
  readonly laws: Readonly<Record<string, LawChange>>;
}

export interface LawChange {
  /** The law's digest. */
  readonly before: string;
  readonly after: string;
  /** Where the law's own sentence changed. */
  readonly sentence?: { readonly before: string; readonly after: string };
  readonly added: readonly SealedTest[];
  readonly changed: readonly ChangedTest[];
  readonly removed: readonly SealedTest[];
}

interface ChangedTest {
  readonly file: string;
  readonly test: string;
  readonly before: string;
  readonly after: string;
}

const amendmentDigest = (amendment: Amendment): string => digestOf(amendment);

/** What differs between two states of a law; undefined where nothing does. */
function changeOf(before: SealedLaw, after: SealedLaw): LawChange | undefined {
  if (before.digest === after.digest) return undefined;
  const old = byPlace(before.tests);
  const now = byPlace(after.tests);
  const changed = after.tests.flatMap(({ file, test, digest }): ChangedTest[] => {
    const was = old.get(placeOf({ file, test }))?.digest;
    return was === undefined || was === digest ? [] : [{ file, test, before: was, after: digest }];
  });
  return {
    ...{ before: before.digest, after: after.digest },
    ...(before.sentence === after.sentence
      ? {}
      : { sentence: { before: before.sentence, after: after.sentence } }),
    added: after.tests.filter((one) => !old.has(placeOf(one))),
    changed,
    removed: before.tests.filter((one) => !now.has(placeOf(one))),
  };
}

const placeOf = ({ file, test }: Pick<SealedTest, 'file' | 'test'>): string => `${file}\n${test}`;
const byPlace = (tests: readonly SealedTest[]) => new Map(tests.map((one) => [placeOf(one), one]));

export interface AmendedLaws {
  readonly laws: LawsNow;
  /** What the next amendment has to name as `previous`. */
  readonly last: string;
  readonly faults: readonly string[];
}

/** The laws of a seal as its amendments leave them. Each must follow the one before it, and be true of itself. */
export function amendedLaws(seal: Seal, amendments: readonly Amendment[]): AmendedLaws {
  const laws = new Map(Object.entries(seal.laws));
  const faults: string[] = [];
  let last = seal.digest;
  amendments.forEach((amendment, index) => {
    const said = `${nameOf(seal)}, amendment ${index + 1}`;
    if (amendment.number !== index + 1) faults.push(`${said}: it says that it is number ${amendment.number}`);
    if (amendment.previous !== last) faults.push(`${said}: it does not follow what stands before it`);
    if (amendment.by.trim() === '' || amendment.why.trim() === '')
      faults.push(`${said}: it does not say who amended, or why`);
    if (!isTime(amendment.at)) faults.push(`${said}: it does not say when`);
    for (const [id, change] of Object.entries(amendment.laws)) {
      const law = laws.get(id);
      if (law === undefined) faults.push(`${said}: ${id} is not sealed here`);
      else if (change.before !== law.digest)
        faults.push(`${said}: ${id} was ${law.digest} before it, not ${change.before}`);
      else {
        const changed = applied(id, law, change);
        if (changed.digest !== change.after)
          faults.push(`${said}: what it records of ${id} gives ${changed.digest}, not ${change.after}`);
        laws.set(id, changed);
      }
    }
    last = amendmentDigest(amendment);
  });
  return { laws, last, faults };
}

const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text));

function applied(id: string, law: SealedLaw, change: LawChange): SealedLaw {
  const tests = byPlace(law.tests);
  for (const one of change.removed) tests.delete(placeOf(one));
  for (const one of change.added) tests.set(placeOf(one), one);
  for (const { file, test, after } of change.changed)
    tests.set(placeOf({ file, test }), { file, test, digest: after });
  const sentence = change.sentence?.after ?? law.sentence;
  const content = { sentence, tests: inOrder([...tests.values()]) };
  return { ...content, digest: lawDigest(id, content) };
}

/** What has changed since, law by law, and is in no amendment. */
export function unrecorded(recorded: LawsNow, now: LawsNow): ReadonlyMap<string, LawChange> {
  const changes = new Map<string, LawChange>();
  for (const [id, law] of now) {
    const before = recorded.get(id);
    const change = before === undefined ? undefined : changeOf(before, law);
    if (change !== undefined) changes.set(id, change);
  }
  return changes;
}

/** A change in words, one line each. */
export function told(id: string, change: LawChange): readonly string[] {
  const { sentence, added, changed, removed } = change;
  const test = (what: string) => (one: Pick<SealedTest, 'file' | 'test'>) =>
    `${id}: ${what}: ${one.file} › ${one.test}`;
  return [
    ...(sentence === undefined
      ? []
      : [`${id}: the law now reads "${sentence.after}", not "${sentence.before}"`]),
    ...removed.map(test('a test is gone')),
    ...changed.map(test('a test is another')),
    ...added.map(test('a test is new')),
  ];
}
