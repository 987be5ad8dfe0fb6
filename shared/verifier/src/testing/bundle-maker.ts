import type { Keyring } from '@marketops/contracts';
import { ed25519Signer, formatCheckpoint, inclusionPath, leafHash, rootOf, signNote } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { openBundle, sealBundle } from '../bundle/envelope.js';
import type { LedgerPhase, ProofStatement } from '../bundle/format.js';
import { type BundleToMake, makeBundle } from '../bundle/make.js';
import type { JournalMaker } from './journal-maker.js';
import { keyringOf, logOrigin, type TestKey } from './keys.js';
import { testRunId } from './story.js';
import { entriesOf } from './tiles-maker.js';

const utf8 = new TextEncoder();

/** The public halves, the log's own among them. */
export const bundleKeyring = (
  maker: JournalMaker,
  logKey: TestKey,
  revoked: Readonly<Record<string, string>> = {},
): Keyring => {
  const keyring = keyringOf(maker.keys, revoked);
  const { key_id } = logKey.listed;
  return { ...keyring, keys: [...keyring.keys, { ...logKey.listed, revoked_at: revoked[key_id] ?? null }] };
};

/** A checkpoint over these entries, by whoever is asked. */
export function noteOf(entries: readonly string[], by: TestKey, origin = logOrigin): string {
  const leaves = entries.map((entry) => leafHash(nodeCrypto, entry));
  const text = formatCheckpoint({
    ...{ origin, size: entries.length, extensions: [] },
    root: rootOf(nodeCrypto, leaves),
  });
  const signer = { name: origin, key: by.key, publicKey: by.listed.public_key };
  return signNote(text, [ed25519Signer(nodeCrypto, signer)]);
}

/** What a bundle of a run is made of, out of a journal in memory. */
export function partsOf(maker: JournalMaker, logKey: TestKey, run = 1): BundleToMake {
  const all = entriesOf(maker);
  const leaves = all.map((entry) => leafHash(nodeCrypto, entry));
  const runId = testRunId(run);
  const segments: { statement: string; entries: BundleToMake['segments'][number]['entries'][number][] }[] =
    [];
  const commits: string[] = [];
  let statement = '';
  let index = -1;
  let holds = false;
  const lines = maker.texts().flatMap(({ text }) => text.split('\n'));
  for (const line of lines) {
    const text = line.slice(2);
    if (line.startsWith('S ')) {
      statement = text;
    } else if (line.startsWith('E ')) {
      index += 1;
      const { event } = JSON.parse(text) as { event: { run_id: string | null; seq: number } };
      if (event.run_id !== runId) continue;
      holds = true;
      const entry = { bytes: text, index, path: inclusionPath(nodeCrypto, leaves, index) };
      const last = segments.at(-1);
      const isNext = last?.entries.at(-1)?.index === index - 1;
      if (last?.statement === statement && isNext) last.entries.push(entry);
      else segments.push({ statement, entries: [entry] });
    } else if (line.startsWith('C ')) {
      if (holds) commits.push(text);
      holds = false;
    }
  }
  return {
    ...{ crypto: nodeCrypto, keyring: bundleKeyring(maker, logKey), runId, commits, segments },
    ...{ checkpoint: noteOf(all, logKey), witnesses: [], bodies: { plan: null, operations: new Map() } },
  };
}

/** The file. */
export const bundleOf = (maker: JournalMaker, logKey: TestKey, run = 1): Uint8Array =>
  utf8.encode(makeBundle(partsOf(maker, logKey, run)));

/** The same bundle with its statement changed, in its one form again. */
export function changedBundle(
  bytes: Uint8Array,
  change: (statement: ProofStatement) => ProofStatement,
): Uint8Array {
  return utf8.encode(sealBundle(change(openBundle(bytes).statement)));
}

/** With the ledger's part changed. */
export const changedLedger = (
  bytes: Uint8Array,
  change: (ledger: LedgerPhase) => Partial<LedgerPhase>,
): Uint8Array =>
  changedBundle(bytes, (statement) => {
    const { ledger } = statement.predicate;
    return {
      ...statement,
      predicate: { ...statement.predicate, ledger: { ...ledger, ...change(ledger) } },
    };
  });
