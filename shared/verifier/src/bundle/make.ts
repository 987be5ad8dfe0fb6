import type { Keyring } from '@marketops/contracts';
import {
  type CryptoPort,
  createSignatureCache,
  formatSignatureLine,
  formatTlogProof,
  formatVerifierKey,
  openKeyring,
  parseNote,
  parseVerifierKey,
} from '@marketops/proof';
import { openBundleCheckpoint } from './checkpoint.js';
import { checkAllNeeded, readCommits } from './commits.js';
import { checkComplete } from './complete.js';
import { verifyEntries } from './entries.js';
import { sealBundle } from './envelope.js';
import { BundleError } from './errors.js';
import { ProofStatement } from './format.js';
import type { BundleBodies } from './phases.js';
import { statementOf } from './statement.js';

export interface BundleToMake {
  readonly crypto: CryptoPort;
  readonly keyring: Keyring;
  readonly runId: string;
  /** The signed note that all proofs lead to. */
  readonly checkpoint: string;
  /** Verifier keys of the witnesses that are configured; those whose cosignature the checkpoint has are named. */
  readonly witnesses: readonly string[];
  /** The canonical JSON of each commit that covers an entry, in order. */
  readonly commits: readonly string[];
  /** In the order of the ledger. */
  readonly segments: readonly {
    readonly statement: string;
    readonly entries: readonly {
      readonly bytes: string;
      readonly index: number;
      readonly path: readonly string[];
    }[];
  }[];
  readonly bodies: BundleBodies;
}

/**
 * Makes the file of a bundle, after verifying what goes into it as whoever receives it will.
 * @throws BundleError, JournalError for what does not hold
 */
export function makeBundle({ crypto, keyring, runId, bodies, ...given }: BundleToMake): string {
  const { note, witnesses } = withKnownSigners(crypto, keyring, given);
  const segments = given.segments.map(({ statement, entries }) => ({
    statement,
    entries: entries.map(({ bytes, index, path }) => ({ entry: bytes, proof: headOf(index, path, note) })),
  }));
  const ledger = { checkpoint: note, witnesses, commits: [...given.commits], segments };
  const open = openKeyring(crypto, keyring);
  const { checkpoint, keyIds } = openBundleCheckpoint(crypto, ledger, keyring);
  const commits = readCommits(crypto, ledger.commits, open);
  const { size, root } = checkpoint;
  const cache = createSignatureCache();
  const context = { crypto, keyring: open, cache, runId, commits, checkpoint: { note, size, root } };
  const entries = verifyEntries(context, segments);
  checkAllNeeded(commits, entries);
  checkComplete(entries, runId, bodies.plan);
  const ledgerKeyIds = [...keyIds, ...commits.map(({ key_id }) => key_id)];
  const statement = ProofStatement.safeParse(
    statementOf({ crypto, keyring, entries, bodies, ledger, ledgerKeyIds }),
  );
  if (statement.success) return sealBundle(statement.data);
  const at = statement.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new BundleError('bundle_malformed', `The entries of ${runId} do not fit a bundle at ${at}.`, {
    cause: statement.error,
  });
}

/** The proof without the checkpoint, which stands once for all. */
function headOf(index: number, path: readonly string[], checkpoint: string): string {
  const whole = formatTlogProof({ index, path, checkpoint });
  return whole.slice(0, whole.length - checkpoint.length - 1);
}

/** The note with the lines of the log's valid keys and of known witnesses: a line nobody knows proves nothing. */
function withKnownSigners(
  crypto: CryptoPort,
  { keys, log_origin }: Keyring,
  { checkpoint, witnesses }: Pick<BundleToMake, 'checkpoint' | 'witnesses'>,
): { readonly note: string; readonly witnesses: string[] } {
  const { text, signatures } = parseNote(checkpoint);
  const isSigner = (name: string, keyId: number) =>
    signatures.some((line) => line.name === name && line.keyId === keyId);
  const signing = witnesses.filter((key) => {
    const { name, keyId } = parseVerifierKey(crypto, key);
    return isSigner(name, keyId);
  });
  const known = new Set(signing.map((key) => nameOf(parseVerifierKey(crypto, key))));
  for (const { purpose, revoked_at, public_key } of keys) {
    if (purpose !== 'checkpoint' || revoked_at !== null) continue;
    const vkey = formatVerifierKey(crypto, { name: log_origin, publicKey: public_key });
    known.add(nameOf(parseVerifierKey(crypto, vkey)));
  }
  const lines = signatures.filter((line) => known.has(nameOf(line))).map(formatSignatureLine);
  return { note: `${text}\n${lines.join('')}`, witnesses: signing };
}

const nameOf = ({ name, keyId }: { readonly name: string; readonly keyId: number }): string =>
  `${name}+${keyId}`;
