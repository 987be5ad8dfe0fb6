import type { StreamHead } from '@marketops/journal';
import { type CryptoPort, emptyStreamDigest, extendStreamDigest } from '@marketops/proof';

const none: StreamHead = { seq: 0, digest: emptyStreamDigest };

/** A head moved on by events, given by their digests. */
export const headAfter = (
  crypto: CryptoPort,
  head: StreamHead | undefined,
  eventDigests: readonly string[],
): StreamHead => {
  const { seq, digest } = head ?? none;
  return {
    seq: seq + eventDigests.length,
    digest: eventDigests.reduce((before, next) => extendStreamDigest(crypto, before, next), digest),
  };
};

/**
 * The head of every stream the ledger has taken, whether on disk yet or not: its last seq, and its running digest there.
 *
 * The index knows all streams but lags behind the loop by a few commits. What is newer is remembered here in two
 * generations: a full young one becomes the old one, and the old one is forgotten. That is safe because a generation
 * holds far more streams than the commits that may be unsettled, so whatever is forgotten has long been indexed.
 */
export class StreamHeads {
  #young = new Map<string, StreamHead>();
  #old = new Map<string, StreamHead>();
  #crypto: CryptoPort;
  #indexed: (stream: string) => StreamHead | undefined;
  #generationMax: number;

  constructor(
    crypto: CryptoPort,
    indexed: (stream: string) => StreamHead | undefined,
    generationMax = 131_072,
  ) {
    this.#crypto = crypto;
    this.#indexed = indexed;
    this.#generationMax = generationMax;
  }

  head(stream: string): StreamHead {
    return this.#young.get(stream) ?? this.#old.get(stream) ?? this.#indexed(stream) ?? none;
  }

  /** 0 for a stream that has no entry. */
  get(stream: string): number {
    return this.head(stream).seq;
  }

  /** Takes the events that follow the head, by their digests. */
  advance(stream: string, eventDigests: readonly string[]): void {
    const next = headAfter(this.#crypto, this.head(stream), eventDigests);
    if (this.#young.size >= this.#generationMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(stream, next);
  }
}
