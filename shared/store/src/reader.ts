import type { MarketOpsEvent } from '@marketops/contracts';
import {
  type CryptoPort,
  createSignatureCache,
  emptyStreamDigest,
  type OpenKeyring,
  readSegment,
  type SignatureCache,
} from '@marketops/proof';
import { StoreError } from './errors.js';
import type { EventStore, RawSegment } from './port.js';
import { retiredFault, runOfStream } from './retired.js';
import { decodeSegment } from './segment.js';
import { createSegmentMemory, placeOf, runningDigests, type VerifiedSegment } from './segment-memory.js';

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
   * @throws StoreError `stream_suspect` (hold) when one does not verify or is of a type this release does not know;
   * RunRetiredError where the run has left Redis: its streams are not there, and not absent either.
   */
  read(streams: readonly string[]): Promise<readonly StreamView[]>;
  /**
   * What a stream has gained since `afterSeq`, the last seq of an earlier answer, verified as above. For projections of
   * streams that only grow. Whoever reads after `resumeAfter` next is shown the last segment again, or what stands in its place.
   */
  readAfter(stream: string, afterSeq: number): Promise<StreamView & { readonly resumeAfter: number }>;
  /** What this process has appended itself needs no second look when it is read back byte for byte. */
  remember(value: string, events: readonly MarketOpsEvent[]): void;
  /** Everything is verified again when it is next read: call it when the keyring has changed. */
  forget(): void;
}

/**
 * Segments of our own are read back when a run ends, thousands of others later. A stranger's is read twice within
 * moments or not at all, except in a run of many operations, which is read whole after each; what is kept longer costs
 * the garbage collector more than it saves.
 */
const ownMax = 8_192;
const seenMax = 1_024;

export function createVerifiedReader(options: {
  readonly store: EventStore;
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly onSuspect?: (stream: string, reason: string) => void;
}): VerifiedReader {
  const { store, crypto, keyring, onSuspect } = options;
  const cache = createSignatureCache();
  let own = createSegmentMemory(ownMax);
  let seen = createSegmentMemory(seenMax);

  /** What is not there may have been taken out. Asked only then, and a run is hardly ever looked for before it is there. */
  const refuseRetired = async (streams: readonly string[]): Promise<void> => {
    const runIds = new Set<string>();
    for (const stream of streams) {
      const runId = runOfStream(stream);
      if (runId !== undefined) runIds.add(runId);
    }
    if (runIds.size === 0) return;
    const asked = [...runIds];
    for (const [at, text] of (await store.readTombstones(asked)).entries())
      if (text !== null) throw retiredFault(asked[at] ?? '', text);
  };

  const verify = (segment: RawSegment): VerifiedSegment => {
    const { stream, lastSeq, value } = segment;
    const place = placeOf(stream, lastSeq);
    const known = own.find(place, value) ?? seen.find(place, value);
    if (known !== undefined) return known;
    const fresh = verifySegmentOf(crypto, keyring, cache, segment);
    seen.keep(place, fresh);
    return fresh;
  };

  /** The segments as verified, one after the other without a gap. */
  const verifyAll = (
    stream: string,
    segments: readonly RawSegment[],
    afterSeq: number,
  ): readonly VerifiedSegment[] => {
    let lastSeq = afterSeq;
    try {
      return segments.map((segment) => {
        const verified = verify(segment);
        if (verified.events[0]?.seq !== lastSeq + 1) throw suspect(stream, `seq ${lastSeq + 1} is missing`);
        lastSeq = verified.lastSeq;
        return verified;
      });
    } catch (fault) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      onSuspect?.(stream, reason);
      throw fault instanceof StoreError ? fault : suspect(stream, reason, fault);
    }
  };

  return {
    async read(streams) {
      const raw = await store.read(streams.map((stream) => ({ stream })));
      await refuseRetired(streams.filter((_, at) => raw[at]?.length === 0));
      seen.reserve(raw.reduce((sum, segments) => sum + segments.length, 0));
      return streams.map(
        (stream, index) => new WholeStream(crypto, stream, verifyAll(stream, raw[index] ?? [], 0)),
      );
    },
    async readAfter(stream, afterSeq) {
      const [raw] = await store.read([{ stream, afterSeq }]);
      // Whoever has its past is not misled by its having left: nothing has come after.
      if (afterSeq === 0 && raw?.length === 0) await refuseRetired([stream]);
      const segments = verifyAll(stream, raw ?? [], afterSeq);
      const lastSeq = segments.at(-1)?.lastSeq ?? afterSeq;
      const resumeAfter = (segments.at(-1)?.events[0]?.seq ?? afterSeq + 1) - 1;
      return { stream, lastSeq, events: eventsOf(segments), digests: [], resumeAfter };
    },
    remember(value, events) {
      const last = events.at(-1);
      if (last === undefined) return;
      own.keep(placeOf(last.stream, last.seq), {
        value,
        lastSeq: last.seq,
        events,
        digests: undefined,
        running: undefined,
      });
    },
    forget() {
      own = createSegmentMemory(ownMax);
      seen = createSegmentMemory(seenMax);
    },
  };
}

/** Digests are reckoned when first asked for: of all who read, only who waits for the ledger's word needs them. */
class WholeStream implements StreamView {
  readonly stream: string;
  readonly lastSeq: number;
  readonly events: readonly MarketOpsEvent[];
  #digests: readonly string[] | undefined;
  readonly #crypto: CryptoPort;
  readonly #segments: readonly VerifiedSegment[];

  constructor(crypto: CryptoPort, stream: string, segments: readonly VerifiedSegment[]) {
    this.stream = stream;
    this.lastSeq = segments.at(-1)?.lastSeq ?? 0;
    this.events = eventsOf(segments);
    this.#crypto = crypto;
    this.#segments = segments;
  }

  get digests(): readonly string[] {
    if (this.#digests === undefined) {
      const digests: string[] = [];
      let before = emptyStreamDigest;
      for (const segment of this.#segments) {
        for (before of runningDigests(this.#crypto, segment, before)) digests.push(before);
      }
      this.#digests = digests;
    }
    return this.#digests;
  }
}

function eventsOf(segments: readonly VerifiedSegment[]): readonly MarketOpsEvent[] {
  const [first, second] = segments;
  if (second === undefined) return first?.events ?? [];
  const events: MarketOpsEvent[] = [];
  for (const segment of segments) for (const event of segment.events) events.push(event);
  return events;
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
  return { value: segment.value, lastSeq: segment.lastSeq, events, digests, running: undefined };
}

const suspect = (stream: string, reason: string, cause?: unknown) =>
  new StoreError('stream_suspect', `${stream} cannot be believed: ${reason}`, {
    next: 'Nothing acts on this stream until it is repaired. Run marketops doctor and look for stream.quarantined.',
    retry: 'hold',
    cause,
  });
