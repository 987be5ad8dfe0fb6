import { type LedgerEntry, operationStream, runStream, Statement } from '@marketops/contracts';
import {
  type CryptoPort,
  leafHash,
  type OpenKeyring,
  ProofError,
  parseTlogProof,
  type SignatureCache,
  verifyEntry,
  verifyInclusion,
} from '@marketops/proof';
import { claimedPlace, eventBytesOf } from '../journal/entry-bytes.js';
import { isRevoked } from '../journal/errors.js';
import {
  checkSignature,
  type EventPlace,
  isUnknownEvent,
  placeFault,
  placeOf,
} from '../journal/segment-check.js';
import { type BundleCommit, commitOf } from './commits.js';
import { BundleError, entryFault } from './errors.js';
import type { BundleSegment } from './format.js';

/** An entry of a bundle that holds: it is in the log, and its actor said it. */
export interface BundleEntry {
  readonly entry: LedgerEntry;
  readonly hash: string;
  readonly place: EventPlace;
  readonly keyId: string;
  readonly committedAt: string;
  readonly unknown: boolean;
}

export interface EntriesContext {
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly cache: SignatureCache;
  readonly runId: string;
  readonly checkpoint: { readonly note: string; readonly size: number; readonly root: string };
  readonly commits: readonly BundleCommit[];
}

/**
 * Verifies the entries of a bundle, segment by segment, as a journal's are: byte form, digests, place in the log, gapless
 * streams from seq 1 on, who may say it, and that the actor signed exactly these.
 * @throws BundleError, JournalError: the first thing amiss
 */
export function verifyEntries(context: EntriesContext, segments: readonly BundleSegment[]): BundleEntry[] {
  checkOrder(segments);
  const verified: BundleEntry[] = [];
  const streams = new Map<string, number>();
  let last: Pick<BundleEntry, 'entry' | 'hash'> | undefined;
  for (const segment of segments) {
    const read = readSegment(context, segment, last);
    checkStreams(read.entries, streams, context.runId);
    const committed = commitOf(context.commits, read.entries);
    checkActor(context, read, committed);
    const { key_id: keyId } = read.statement;
    for (const { events: _, ...one } of read.entries)
      verified.push({
        ...one,
        keyId,
        committedAt: committed.committed_at,
        unknown: isUnknownEvent(one.place),
      });
    last = read.entries.at(-1) ?? last;
  }
  return verified;
}

/** By what the entries say of themselves: whether they are right to say so is asked afterwards. */
function checkOrder(segments: readonly BundleSegment[]): void {
  let last = 0;
  for (const { entry } of segments.flatMap(({ entries }) => entries)) {
    const sequence = claimedPlace(entry)?.sequence ?? last + 1;
    if (sequence <= last) throw entryFault('entry_reordered', sequence, `it stands behind entry ${last}`);
    last = sequence;
  }
}

interface ReadEntry {
  readonly entry: LedgerEntry;
  readonly hash: string;
  readonly place: EventPlace;
  readonly events: string;
}
interface ReadSegment {
  readonly statement: Statement;
  readonly entries: readonly ReadEntry[];
}

function readSegment(
  context: EntriesContext,
  { statement: text, entries }: BundleSegment,
  before: Pick<BundleEntry, 'entry' | 'hash'> | undefined,
): ReadSegment {
  const digest = context.crypto.sha256Hex(text);
  let last = before;
  const read = entries.map(({ entry: bytes, proof }) => {
    const one = readEntry(context, bytes, last);
    checkInclusion(context, one.entry.sequence, bytes, proof);
    if (one.entry.statement_digest !== digest)
      throw entryFault(
        'statement_mismatch',
        one.entry.sequence,
        'it does not name the statement it stands under',
      );
    last = one;
    return one;
  });
  const sequence = read[0]?.entry.sequence ?? 0;
  try {
    return { statement: Statement.parse(JSON.parse(text)), entries: read };
  } catch (cause) {
    throw entryFault('statement_invalid', sequence, 'its statement cannot be read', cause);
  }
}

function readEntry(
  { crypto }: EntriesContext,
  bytes: string,
  before: Pick<BundleEntry, 'entry' | 'hash'> | undefined,
): ReadEntry {
  const claimed = claimedPlace(bytes);
  const previous = before?.entry.sequence ?? 0;
  if (claimed === undefined)
    throw entryFault('entry_changed', previous + 1, 'after this one stands no entry');
  const { sequence, prevHash } = claimed;
  try {
    const { entry, hash } = verifyEntry(crypto, {
      ...{ bytes, expectedSequence: sequence },
      // Others' entries stand between, mostly; where none does, the chain itself can be followed.
      expectedPrevHash: sequence === previous + 1 ? (before?.hash ?? prevHash) : prevHash,
    });
    const place = placeOf(entry);
    if (place === undefined) throw entryFault('entry_changed', sequence, 'its event has no place');
    return { entry, hash, place, events: eventBytesOf(bytes, sequence) };
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw entryFault('entry_changed', sequence, cause.message.replace(/^Entry \d+: /, ''), cause);
  }
}

function checkInclusion(
  { crypto, checkpoint }: EntriesContext,
  sequence: number,
  bytes: string,
  proof: string,
) {
  const { note, size, root } = checkpoint;
  const wrong = (why: string, cause?: unknown): BundleError =>
    new BundleError('entry_not_in_log', `entry ${sequence}: ${why}.`, { sequence, cause });
  try {
    const { index, path, extra } = parseTlogProof(`${proof}\n${note}`);
    if (extra !== undefined) throw wrong('its proof says more than a proof should');
    if (index !== sequence - 1) throw wrong(`its proof is of index ${index}, not ${sequence - 1}`);
    const leaf = leafHash(crypto, bytes);
    if (!verifyInclusion(crypto, { leafHash: leaf, index, size, path, root }))
      throw wrong(`it is not in the log of ${size} entries that the checkpoint signs`);
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw wrong(cause.message.replace(/\.$/, ''), cause);
  }
}

/** Law E1, and that the run's entries are of one run. */
function checkStreams(entries: readonly ReadEntry[], streams: Map<string, number>, runId: string): void {
  for (const { entry, place } of entries) {
    const { stream, seq } = place;
    const isOfRun = stream === runStream(runId) || stream.startsWith(operationStream(runId, ''));
    if (!isOfRun || entry.event['run_id'] !== runId)
      throw new BundleError('bundle_foreign', `entry ${entry.sequence}: it is not of ${runId}.`, {
        sequence: entry.sequence,
      });
    const before = streams.get(stream) ?? 0;
    if (seq !== before + 1)
      throw entryFault('stream_gap', entry.sequence, `${stream} goes from seq ${before} to ${seq}`);
    streams.set(stream, seq);
  }
}

/** Law E3. A key that was revoked counts for what the ledger committed before. */
function checkActor(
  { crypto, keyring, cache }: EntriesContext,
  { statement, entries }: ReadSegment,
  { committed_at: at }: BundleCommit,
): void {
  const [first] = entries;
  if (first === undefined) return;
  const { stream, seq: firstSeq } = first.place;
  const { sequence } = first.entry;
  for (const [index, { entry, place }] of entries.entries()) {
    const fault = placeFault(place, { stream, seq: firstSeq + index, actor: statement.actor });
    if (fault !== undefined) throw entryFault('emitter_not_allowed', entry.sequence, fault);
  }
  const segment = { statement, stream, firstSeq, events: entries.map(({ events }) => events) };
  const ask = (by: { readonly at?: string }) => checkSignature(crypto, segment, { keyring, cache, ...by });
  try {
    try {
      ask({});
    } catch (cause) {
      if (!isRevoked(cause)) throw cause;
      ask({ at });
    }
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    if (cause.code === 'inclusion_invalid') {
      const what = 'its statement covers other entries of the stream as well, and they are not here';
      throw entryFault('entry_removed', sequence, what, cause);
    }
    throw entryFault(isRevoked(cause) ? 'key_revoked' : 'statement_invalid', sequence, cause.message, cause);
  }
}
