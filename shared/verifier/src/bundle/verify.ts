import type { Keyring } from '@marketops/contracts';
import {
  type CryptoPort,
  canonicalJson,
  createSignatureCache,
  type OpenKeyring,
  openKeyring,
} from '@marketops/proof';
import { JournalError } from '../journal/errors.js';
import { bodiesOf, withheldOf } from './bodies.js';
import { type BundleCheckpoint, openBundleCheckpoint } from './checkpoint.js';
import { checkAllNeeded, readCommits } from './commits.js';
import { type CompleteUpTo, checkComplete, completeUpTo } from './complete.js';
import { type BundleEntry, verifyEntries } from './entries.js';
import { type OpenedBundle, openBundle } from './envelope.js';
import { BundleError, type BundleFault, bundleFaultOf } from './errors.js';
import { bundleDepthMax, type ProofStatement } from './format.js';
import { meaningFaults } from './meaning.js';
import { compareSeen, type SeenCheckpoint } from './seen.js';
import { statementOf } from './statement.js';

export interface BundleOptions {
  /** The file, byte for byte. */
  readonly bytes: Uint8Array;
  /** The verifier's own: the keys in the bundle are never used. */
  readonly keyring: Keyring;
  readonly crypto: CryptoPort;
  /** The run it must be of. */
  readonly runId?: string | undefined;
  /** Other checkpoints of this log, seen elsewhere. */
  readonly seen?: readonly SeenCheckpoint[] | undefined;
}

export interface BundleReport {
  readonly ok: boolean;
  /** What the bundle is of, once its form is right; believed only where `ok`. */
  readonly run: ProofStatement['predicate']['run'] | null;
  readonly subjects: ProofStatement['subject'];
  /** Verified, all of them or none. */
  readonly entries: number;
  readonly checkpoint: { readonly origin: string; readonly size: number; readonly root: string } | null;
  readonly cosignatures: BundleCheckpoint['witnesses'];
  /** What the proof says of completeness, and what it cannot. Null where the entries do not hold. */
  readonly completeUpTo: CompleteUpTo | null;
  /** Of the plan and its operations, those known by digest only. */
  readonly withheld: number;
  /** Correctly signed, of a type or version this release does not know: their meaning is open. */
  readonly unknown: number;
  /** SHA-256 over the keys that signed, to compare by voice; from the verifier's keyring. */
  readonly keysDigest: string | null;
  /** The first thing amiss. */
  readonly fault?: BundleFault;
  /** Laws broken by what correctly signed entries say. */
  readonly violations: readonly BundleFault[];
  readonly elapsedMs: number;
}

type Draft = { -readonly [Member in keyof BundleReport]: BundleReport[Member] };

/**
 * Verifies a proof bundle offline, from the verifier's own keyring: the checkpoint's signature; each entry's place in the log and
 * each actor's signature over it; gapless streams; then what the entries mean (law by law, as in a journal); and that every
 * other byte of the bundle is what the entries say.
 *
 * Never throws for what it finds.
 */
export function verifyBundle(options: BundleOptions): BundleReport {
  const startedMs = performance.now();
  const report: Draft = {
    ...{ ok: false, run: null, subjects: [], entries: 0, checkpoint: null, cosignatures: [] },
    ...{ completeUpTo: null, withheld: 0, unknown: 0, keysDigest: null, violations: [], elapsedMs: 0 },
  };
  try {
    verify(options, report);
    const [first] = report.violations;
    if (first !== undefined) report.fault = first;
    report.ok = first === undefined;
  } catch (found) {
    if (!(found instanceof BundleError || found instanceof JournalError)) throw found;
    report.fault = bundleFaultOf(found);
  }
  report.elapsedMs = Math.round(performance.now() - startedMs);
  return report;
}

function verify({ bytes, keyring, crypto, runId, seen = [] }: BundleOptions, report: Draft): void {
  const opened = openBundle(bytes);
  const { predicate, subject } = opened.statement;
  report.run = predicate.run;
  report.subjects = subject;
  checkIsMeant(opened.statement, keyring, runId);
  const open = openKeyring(crypto, keyring);
  const checkpoint = openBundleCheckpoint(crypto, predicate.ledger, keyring);
  report.checkpoint = checkpoint.checkpoint;
  report.cosignatures = checkpoint.witnesses;
  const entries = entriesOf(opened, crypto, open, checkpoint);
  checkComplete(entries.verified, predicate.run.run_id, predicate.plan.plan);
  report.entries = entries.verified.length;
  report.unknown = entries.verified.filter(({ unknown }) => unknown).length;
  report.completeUpTo = completeUpTo(entries.verified, checkpoint.checkpoint.size);
  checkDerived(opened, {
    ...{ crypto, keyring, entries: entries.verified, ledger: predicate.ledger },
    bodies: bodiesOf(crypto, predicate.plan),
    ledgerKeyIds: [...checkpoint.keyIds, ...entries.commitKeyIds],
  });
  report.withheld = withheldOf(predicate.plan);
  report.keysDigest = predicate.ledger.keys_digest;
  report.violations = meaningFaults(crypto, open, keyring, entries.verified);
  compareSeen(crypto, checkpoint.checkpoint, seen, keyring);
}

/** @throws BundleError `bundle_foreign` */
function checkIsMeant({ predicate }: ProofStatement, keyring: Keyring, runId: string | undefined): void {
  const { run, ledger } = predicate;
  if (runId !== undefined && run.run_id !== runId)
    throw new BundleError('bundle_foreign', `The bundle is of ${run.run_id}, not of ${runId}.`);
  if (ledger.log_origin !== keyring.log_origin)
    throw new BundleError(
      'bundle_foreign',
      `The bundle says it is of another log than ${JSON.stringify(keyring.log_origin)}.`,
    );
}

function entriesOf(
  { statement: { predicate } }: OpenedBundle,
  crypto: CryptoPort,
  keyring: OpenKeyring,
  { checkpoint: { size, root } }: BundleCheckpoint,
): { readonly verified: BundleEntry[]; readonly commitKeyIds: readonly string[] } {
  const { ledger, run } = predicate;
  const commits = readCommits(crypto, ledger.commits, keyring);
  const verified = verifyEntries(
    {
      ...{ crypto, keyring, cache: createSignatureCache(), runId: run.run_id, commits },
      checkpoint: { note: ledger.checkpoint, size, root },
    },
    ledger.segments,
  );
  checkAllNeeded(commits, verified);
  return { verified, commitKeyIds: commits.map(({ key_id }) => key_id) };
}

/** @throws BundleError `bundle_mismatch`, with the member that differs */
function checkDerived({ statement, payload }: OpenedBundle, parts: Parameters<typeof statementOf>[0]): void {
  const { checkpoint, witnesses, commits, segments } = parts.ledger;
  const derived = statementOf({ ...parts, ledger: { checkpoint, witnesses, commits, segments } });
  const caps = { depthMax: bundleDepthMax };
  if (canonicalJson(derived, caps) === payload) return;
  const told = differing(statement, derived, 'the statement');
  throw new BundleError('bundle_mismatch', `${told} is not what the entries say.`);
}

/** The first member, a few levels down, in which two values differ. */
function differing(one: unknown, other: unknown, where: string, levels = 4): string {
  if (levels === 0 || typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return where;
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const caps = { depthMax: bundleDepthMax };
  for (const name of names) {
    const [a, b] = [one, other].map((value) => (value as Record<string, unknown>)[name]);
    const isSame = a !== undefined && b !== undefined && canonicalJson(a, caps) === canonicalJson(b, caps);
    if (!isSame) return differing(a, b, name, levels - 1);
  }
  return where;
}
