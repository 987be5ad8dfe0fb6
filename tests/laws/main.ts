import { type LawsArguments, readArguments, UsageError, usage } from './arguments.js';
import { collectedTests, type LawTests, testsByLaw } from './collected.js';
import { coverageFaults, type Law, readLaws } from './law-table.js';
import { manifestFaults, manifestOf, readManifest, writeManifest } from './manifest.js';
import { checkSeal, nextAmendment, type SealCheck, type SealState } from './sealing/check.js';
import { sealDefinitions } from './sealing/definitions.js';
import { appendAmendment, readSeal, sealPath, writeSeal } from './sealing/files.js';
import { historyMissing } from './sealing/history.js';
import { lawsNow, makeSeal, nameOf } from './sealing/seal.js';
import { createTestReader, type TestReader } from './sealing/sealed-tests.js';
import { setFaults } from './sealing/sets.js';

/** What one pass works on. */
interface Laws {
  readonly root: string;
  readonly laws: readonly Law[];
  readonly tests: LawTests;
  readonly reader: TestReader;
}

/** The whole command. @returns its exit code: 1 where something does not hold, 2 where it was asked for wrongly */
export function run(root: string, given: readonly string[]): number {
  try {
    const asked = readArguments(given);
    const tests = asked.quick ? recordedTests(root) : collectedTests(root);
    const the = { root, laws: readLaws(root), tests, reader: createTestReader(root, tests) };
    if (asked.command === 'seal') seal(the, asked);
    if (asked.command === 'amend') amend(the, asked);
    return check(the, asked);
  } catch (fault) {
    if (!(fault instanceof UsageError)) throw fault;
    process.stderr.write(`✗ ${fault.message}\n\n${usage}\n`);
    return 2;
  }
}

/** @throws UsageError: with no names there would be nothing to seal */
function recordedTests(root: string): LawTests {
  const tests = readManifest(root)?.tests;
  if (tests === undefined)
    throw new UsageError('--quick takes the names from services/cli/laws.json, which cannot be read');
  return tests;
}

function check(the: Laws, { showTests, write, command, wholeHistory }: LawsArguments): number {
  const { root, laws, tests } = the;
  const checks = checksOf(the);
  const byLaw = testsByLaw(tests);
  const manifest = manifestOf(laws, tests, states(checks));
  if (write || command !== 'check') writeManifest(root, manifest);
  for (const line of listed(laws, byLaw, showTests)) process.stdout.write(`${line}\n`);
  for (const state of states(checks)) process.stdout.write(`${standing(state)}\n`);
  const missing = historyMissing(root);
  if (missing !== undefined) process.stdout.write(`not compared  ${missing}\n`);
  const faults = [
    ...coverageFaults(laws, byLaw),
    ...(wholeHistory && missing !== undefined ? [missing] : []),
    ...setFaults(root, sealDefinitions),
    ...checks.flatMap(({ faults: found }) => found),
    ...manifestFaults(readManifest(root), manifest),
  ];
  if (faults.length === 0) return 0;
  process.stderr.write(`\n${faults.map((fault) => `✗ ${fault}`).join('\n')}\n`);
  return 1;
}

const checksOf = ({ root, laws, reader }: Laws): readonly SealCheck[] =>
  sealDefinitions.map((definition) => checkSeal(root, definition, laws, reader));

const states = (checks: readonly SealCheck[]): readonly SealState[] =>
  checks.flatMap(({ state }) => (state === undefined ? [] : [state]));

function listed(
  laws: readonly Law[],
  tests: ReadonlyMap<string, readonly string[]>,
  showTests: boolean,
): readonly string[] {
  return laws.flatMap(({ id, sentence, status }) => {
    const names = tests.get(id) ?? [];
    const planned = status === 'active' ? '' : `[${status}] `;
    const line = `${id}  ${String(names.length).padStart(3)} tests  ${planned}${sentence}`;
    return showTests ? [line, ...names.map((name) => `       ${name}`)] : [line];
  });
}

function standing({ seal, amendments }: SealState): string {
  const since =
    amendments.length === 0
      ? 'never amended'
      : `amended ${amendments.length === 1 ? 'once' : `${amendments.length} times`}`;
  return `sealed  ${nameOf(seal)}, ${Object.keys(seal.laws).join(' ')}, ${seal.sealed_at}, ${since}, ${seal.digest}`;
}

function seal({ root, laws, reader }: Laws, { seal: name }: LawsArguments): void {
  const definition = sealDefinitions.find((one) => one.seal === name);
  if (definition === undefined)
    throw new UsageError(`say which: ${sealDefinitions.map((one) => one.seal).join(', ')}`);
  if (readSeal(root, definition) !== undefined)
    throw new UsageError(`${sealPath(definition)} is there: a set is sealed once, and amended from then on`);
  const now = lawsNow(definition.laws, laws, reader);
  writeSeal(root, makeSeal(definition, now, new Date().toISOString().slice(0, 10)));
}

function amend(the: Laws, { by = '', why = '' }: LawsArguments): void {
  for (const state of states(checksOf(the))) {
    const amendment = nextAmendment(state, { by, why, at: new Date().toISOString() });
    if (amendment !== undefined) appendAmendment(the.root, state.definition, amendment);
  }
}
