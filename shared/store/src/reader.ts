import type { MarketOpsEvent } from '@marketops/contracts';
import {
  type CryptoPort,
  createSignatureCache,
  emptyStreamDigest,
  extendStreamDigest,
  type OpenKeyring,
  readSegment,
  type SignatureCache,
} from '@marketops/proof';
import { StoreError } from './errors.js';
import type { EventStore, RawSegment } from './port.js';
import { decodeSegment } from './segment.js';

/** A stream as far as it has been verified. */
export interface StreamView {
  readonly stream: string;
  readonly lastSeq: number;
  readonly events: readonly MarketOpsEvent[];
  /** The stream's running digest after each event; empty in a `readAfter`, which does not begin at the beginning. */
  readonly digests: readonly string[];
}

export interface VerifiedReader {
  /**
   * Loads whole streams. Every event in the answer is signed by an actor that may say it, and seqs have no gap
   * (laws E1, E3, F3).
   * @throws StoreError `stream_suspect` (hold) when one does not verify or is of a type this release does not know.
   */
  read(streams: readonly string[]): Promise<readonly StreamView[]>;
  /**
   * What a stream has gained since `afterSeq`, the last seq of an earlier answer, verified as above. For projections of
   * streams that only grow.
   */
  readAfter(stream: string, afterSeq: number): Promise<StreamView>;
  /** What this process has appended itself needs no second look when it is read back byte for byte. */
  remember(value: string, events: readonly MarketOpsEvent[]): void;
}

interface VerifiedSegment {
  readonly lastSeq: number;
  readonly events: readonly MarketOpsEvent[];
  /** Of each event; of a segment of our own, reckoned when first asked for. */
  digests?: readonly string[];
}

/** Segments already verified, by their exact bytes; the same process often reads what it has just seen. */
const verifiedMax = 8_192;

export function createVerifiedReader(options: {
  readonly store: EventStore;
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly onSuspect?: (stream: string, reason: string) => void;
}): VerifiedReader {
  const { store, crypto, keyring, onSuspect } = options;
  const cache = createSignatureCache();
  const verified = new Map<string, VerifiedSegment>();

  const verify = (segment: RawSegment): VerifiedSegment => {
    const remembered = verified.get(segment.value);
    // Bytes alone are not enough: the same segment pasted into another stream must be refused there.
    if (remembered !== undefined && remembered.events[0]?.stream === segment.stream) return remembered;
    const fresh = verifySegmentOf(crypto, keyring, cache, segment);
    keep(segment.value, fresh);
    return fresh;
  };

  const digestsOf = (segment: VerifiedSegment, value: string): readonly string[] => {
    segment.digests ??= value
      .split('\n')
      .slice(1)
      .map((line) => crypto.sha256Hex(line));
    return segment.digests;
  };

  const keep = (value: string, segment: VerifiedSegment): void => {
    if (verified.size >= verifiedMax) {
      for (const key of verified.keys()) {
        verified.delete(key);
        if (verified.size < verifiedMax / 2) break;
      }
    }
    verified.set(value, segment);
  };

  const assemble = (stream: string, segments: readonly RawSegment[], afterSeq = 0): StreamView => {
    let lastSeq = afterSeq;
    let digest = emptyStreamDigest;
    const digests: string[] = [];
    const events: MarketOpsEvent[] = [];
    for (const segment of segments) {
      try {
        const verifiedSegment = verify(segment);
        const { events: more, lastSeq: last } = verifiedSegment;
        if (more[0]?.seq !== lastSeq + 1) throw suspect(stream, `seq ${lastSeq + 1} is missing`);
        for (const event of more) events.push(event);
        for (const eventDigest of afterSeq === 0 ? digestsOf(verifiedSegment, segment.value) : []) {
          digest = extendStreamDigest(crypto, digest, eventDigest);
          digests.push(digest);
        }
        lastSeq = last;
      } catch (fault) {
        const reason = fault instanceof Error ? fault.message : String(fault);
        onSuspect?.(stream, reason);
        throw fault instanceof StoreError ? fault : suspect(stream, reason, fault);
      }
    }
    return { stream, lastSeq, events, digests };
  };

  return {
    async read(streams) {
      const raw = await store.read(streams.map((stream) => ({ stream })));
      return streams.map((stream, index) => assemble(stream, raw[index] ?? []));
    },
    async readAfter(stream, afterSeq) {
      const [raw] = await store.read([{ stream, afterSeq }]);
      return assemble(stream, raw ?? [], afterSeq);
    },
    remember(value, events) {
      const last = events.at(-1);
      if (last !== undefined) keep(value, { lastSeq: last.seq, events });
    },
  };
}

function verifySegmentOf(
  crypto: CryptoPort,
  keyring: OpenKeyring,
  cache: SignatureCache,
  segment: RawSegment,
): VerifiedSegment {
  const decoded = decodeSegment(segment.value);
  if ('fault' in decoded) throw suspect(segment.stream, decoded.fault);
  const { statement, events: lines } = decoded;
  const { events, digests, unknown } = readSegment(crypto, {
    statement,
    stream: segment.stream,
    firstSeq: segment.firstSeq,
    events: lines,
    keyring,
    cache,
  });
  if (unknown.length > 0) throw suspect(segment.stream, unknown.join('; '));
  return { events, digests, lastSeq: segment.lastSeq };
}

const suspect = (stream: string, reason: string, cause?: unknown) =>
  new StoreError('stream_suspect', `${stream} cannot be believed: ${reason}`, {
    next: 'Nothing acts on this stream until it is repaired. Run marketops doctor and look for stream.quarantined.',
    retry: 'hold',
    cause,
  });
