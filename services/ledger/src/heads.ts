/**
 * The last seq of every stream the ledger has taken, whether on disk yet or not.
 *
 * The index knows all streams but lags behind the loop by a few commits. What is newer is remembered here in two
 * generations: a full young one becomes the old one, and the old one is forgotten. That is safe because a generation
 * holds far more streams than the commits that may be unsettled, so whatever is forgotten has long been indexed.
 */
export class StreamHeads {
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #indexed: (stream: string) => number;
  #generationMax: number;

  constructor(indexed: (stream: string) => number, generationMax = 131_072) {
    this.#indexed = indexed;
    this.#generationMax = generationMax;
  }

  /** 0 for a stream that has no entry. */
  get(stream: string): number {
    return this.#young.get(stream) ?? this.#old.get(stream) ?? this.#indexed(stream);
  }

  set(stream: string, seq: number): void {
    if (this.#young.size >= this.#generationMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(stream, seq);
  }
}
