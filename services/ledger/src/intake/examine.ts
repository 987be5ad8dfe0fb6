import { limits, type Statement } from '@marketops/contracts';
import {
  type CryptoPort,
  type OpenKeyring,
  ProofError,
  readSegment,
  type SignatureCache,
} from '@marketops/proof';
import { decodeSegment } from '@marketops/store';
import { type EventFacts, factsOf } from '../ledger-index/facts.js';

interface AcceptedEvent {
  /** Canonical JSON. */
  readonly bytes: string;
  readonly digest: string;
  readonly facts: EventFacts;
}

/** Signed by an actor that may say it, canonical, each event in its place. */
export interface AcceptedSegment {
  readonly stream: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** In which it was decided, as its statement says. */
  readonly epoch: number;
  /** As stored, byte for byte: the entries name its digest. */
  readonly statementLine: string;
  readonly events: readonly AcceptedEvent[];
}

/** What may not be journaled, and what proves it. */
export interface RejectedSegment {
  readonly stream: string;
  readonly reason: string;
  /** SHA-256 of the bytes as they stood in the store. */
  readonly evidenceDigest: string;
}

export type Examined = { readonly accepted: AcceptedSegment } | { readonly rejected: RejectedSegment };

export interface Examiner {
  /** @param firstSeq where the store says the segment begins; without it, what its first event says */
  examine(stream: string, value: string, firstSeq?: number): Examined;
}

/** What an entry adds around the event: the same reserve as at append. */
const eventBytesMax = limits.ledgerEntryBytesMax - 512;
const segmentCharsMax = limits.appendBytesMax;

/**
 * Verifies segments as they come out of the store, whose bytes may be anybody's (law E3). Nothing is thrown for them:
 * what is wrong is said. An unknown type that is correctly signed passes; the ledger keeps what it does not understand.
 */
export function createExaminer(options: {
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly cache: SignatureCache;
}): Examiner {
  const { crypto, keyring, cache } = options;

  const verified = (
    stream: string,
    value: string,
    firstSeq: number | undefined,
  ): AcceptedSegment | string => {
    if (value.length > segmentCharsMax)
      return `a segment has ${value.length} characters, more than an append may have`;
    if (!value.isWellFormed()) return 'a segment is not well-formed text';
    const decoded = decodeSegment(value);
    if ('fault' in decoded) return decoded.fault;
    const { statement, statementLine, events: lines } = decoded;
    if (lines.some((line) => line.length * 3 > eventBytesMax && Buffer.byteLength(line) > eventBytesMax))
      return `an event has more than ${eventBytesMax} bytes`;
    const first = firstSeq ?? claimedSeq(lines[0] ?? '');
    if (first === undefined) return 'its first event has no seq';
    return readLines(statement, statementLine, stream, first, lines);
  };

  const readLines = (
    statement: Statement,
    statementLine: string,
    stream: string,
    firstSeq: number,
    lines: readonly string[],
  ): AcceptedSegment | string => {
    try {
      const { events: known, digests } = readSegment(crypto, {
        statement,
        stream,
        firstSeq,
        events: lines,
        keyring,
        cache,
      });
      let at = 0;
      const events = lines.map((bytes, index): AcceptedEvent => {
        const next = known[at];
        const isKnown = next?.seq === firstSeq + index;
        if (isKnown) at += 1;
        const event: object = isKnown ? next : JSON.parse(bytes);
        return { bytes, digest: digests[index] ?? '', facts: factsOf(event) };
      });
      const lastSeq = firstSeq + lines.length - 1;
      return { stream, firstSeq, lastSeq, epoch: statement.epoch, statementLine, events };
    } catch (fault) {
      if (!(fault instanceof ProofError)) throw fault;
      return `${fault.code}: ${fault.message}`;
    }
  };

  return {
    examine(stream, value, firstSeq) {
      const result = verified(stream, value, firstSeq);
      if (typeof result !== 'string') return { accepted: result };
      const reason = result.slice(0, limits.messageCharsMax);
      return { rejected: { stream, reason, evidenceDigest: crypto.sha256Hex(value) } };
    },
  };
}

/**
 * The seq an event's bytes claim, without parsing them. In canonical JSON the member stands after `data`, and no string
 * can hold an unescaped quote, so the last occurrence is the member itself; the verification that follows decides.
 */
function claimedSeq(bytes: string): number | undefined {
  const at = bytes.lastIndexOf('"seq":');
  const digits = /^\d{1,15}/.exec(bytes.slice(at + 6, at + 22))?.[0];
  return at < 0 || digits === undefined ? undefined : Number(digits);
}
