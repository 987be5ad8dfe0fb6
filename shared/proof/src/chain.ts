import { invariant, LedgerEntry, limits } from '@marketops/contracts';
import type { CryptoPort } from './crypto-port.js';
import { ProofError } from './errors.js';
import { isDigest } from './hex.js';
import { parseCanonicalJson } from './parse-json.js';
import { exceedsBytes } from './utf8.js';

/** `prev_hash` of entry 1. */
export const genesisHash = '0'.repeat(64);

export interface EntryToWrite {
  /** Counts 1, 2, 3 … over the whole log. */
  readonly sequence: number;
  readonly prevHash: string;
  /** The event's canonical JSON, verified before: it is spliced in unread. */
  readonly eventBytes: string;
  readonly eventDigest: string;
  readonly statementDigest: string;
}

const beforeEvent = '{"event":';
const afterEvent = ({ sequence, prevHash, eventDigest, statementDigest }: Omit<EntryToWrite, 'eventBytes'>) =>
  `,"event_digest":"${eventDigest}","prev_hash":"${prevHash}","sequence":${sequence},"statement_digest":"${statementDigest}"}`;

/**
 * The next line of the chain: its canonical bytes and their SHA-256. Spliced rather than serialised, which is the same
 * text because the five members stand in canonical order.
 * @throws ProofError `json_too_large` beyond `limits.ledgerEntryBytesMax`; InvariantError for a digest or sequence that is none
 */
export function entryOf(crypto: CryptoPort, entry: EntryToWrite): { bytes: string; hash: string } {
  const { sequence, prevHash, eventDigest, statementDigest, eventBytes } = entry;
  invariant(Number.isSafeInteger(sequence) && sequence >= 1, 'An entry has a sequence from 1 on.');
  invariant(
    isDigest(prevHash) && isDigest(eventDigest) && isDigest(statementDigest),
    'An entry holds digests.',
  );
  const bytes = beforeEvent + eventBytes + afterEvent(entry);
  if (exceedsBytes(bytes, limits.ledgerEntryBytesMax)) {
    throw new ProofError(
      'json_too_large',
      `Entry ${sequence} is larger than ${limits.ledgerEntryBytesMax} bytes.`,
    );
  }
  return { bytes, hash: crypto.sha256Hex(bytes) };
}

export interface EntryToVerify {
  readonly bytes: string;
  readonly expectedSequence: number;
  readonly expectedPrevHash: string;
}

function parseEntry(bytes: string, place: string): LedgerEntry {
  let value: unknown;
  try {
    // One level more than an event: the entry itself.
    value = parseCanonicalJson(bytes, {
      bytesMax: limits.ledgerEntryBytesMax,
      depthMax: limits.jsonDepthMax + 1,
    });
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new ProofError('entry_invalid', `${place}: byte form: ${cause.message}`, { cause });
  }
  const parsed = LedgerEntry.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProofError('entry_invalid', `${place}: the bytes are not a ledger entry.`, {
    cause: parsed.error,
  });
}

/**
 * One step of walking the chain (law L1): the bytes are the canonical form of an entry, it stands where it should, it
 * follows the entry before it, and it names its event truly.
 * @returns the entry and the hash that the next one must name
 * @throws ProofError `entry_invalid` (byte form or shape), `chain_broken` (`sequence` or `prev_hash`), `digest_mismatch`
 * (`event_digest`), each naming the entry
 */
export function verifyEntry(
  crypto: CryptoPort,
  { bytes, expectedSequence, expectedPrevHash }: EntryToVerify,
): { entry: LedgerEntry; hash: string } {
  const place = `Entry ${expectedSequence}`;
  const entry = parseEntry(bytes, place);
  const {
    sequence,
    prev_hash: prevHash,
    event_digest: eventDigest,
    statement_digest: statementDigest,
  } = entry;
  if (sequence !== expectedSequence) {
    throw new ProofError('chain_broken', `${place}: sequence: found ${sequence} in its place.`);
  }
  if (prevHash !== expectedPrevHash) {
    throw new ProofError('chain_broken', `${place}: prev_hash: it does not follow the entry before it.`);
  }
  // Canonical bytes have one splice point, so the event's own bytes need no second serialisation.
  const tail = afterEvent({ sequence, prevHash, eventDigest, statementDigest });
  const eventBytes = bytes.slice(beforeEvent.length, bytes.length - tail.length);
  if (crypto.sha256Hex(eventBytes) !== eventDigest) {
    throw new ProofError('digest_mismatch', `${place}: event_digest: it does not name this event.`);
  }
  return { entry, hash: crypto.sha256Hex(bytes) };
}
