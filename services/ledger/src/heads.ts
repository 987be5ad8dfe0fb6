import type { StreamHead } from '@marketops/journal';
import { type CryptoPort, emptyStreamDigest, extendStreamDigest } from '@marketops/proof';
import { Recent } from './recent.js';

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
 * The index knows all streams but lags behind the loop by a few commits; what is newer is remembered here. Forgetting is
 * safe because far more streams are remembered than the commits may have that are unsettled, so whatever is forgotten
 * has long been indexed.
 */
export class StreamHeads {
  #recent: Recent<StreamHead>;
  #crypto: CryptoPort;
  #indexed: (stream: string) => StreamHead | undefined;

  constructor(
    crypto: CryptoPort,
    indexed: (stream: string) => StreamHead | undefined,
    generationMax = 32_768,
  ) {
    this.#crypto = crypto;
    this.#indexed = indexed;
    this.#recent = new Recent(generationMax);
  }

  head(stream: string): StreamHead {
    return this.#recent.get(stream) ?? this.#indexed(stream) ?? none;
  }

  /** 0 for a stream that has no entry. */
  get(stream: string): number {
    return this.head(stream).seq;
  }

  /** Takes the events that follow the head, by their digests. */
  advance(stream: string, eventDigests: readonly string[]): void {
    this.#recent.set(stream, headAfter(this.#crypto, this.head(stream), eventDigests));
  }
}
