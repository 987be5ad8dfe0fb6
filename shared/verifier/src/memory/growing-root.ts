import { type CryptoPort, leafHash, nodeHash } from '@marketops/proof';

/**
 * The RFC 6962 root of a log that grows by one entry at a time. Kept is one hash per full subtree of the right edge: as
 * many as the size has binary ones.
 */
export class GrowingRoot {
  readonly #crypto: CryptoPort;
  /** Full subtrees from left to right, each smaller than the one before it. */
  readonly #edge: { readonly leaves: number; readonly hash: string }[] = [];

  constructor(crypto: CryptoPort) {
    this.#crypto = crypto;
  }

  add(entryBytes: string): void {
    let added = { leaves: 1, hash: leafHash(this.#crypto, entryBytes) };
    for (let last = this.#edge.at(-1); last?.leaves === added.leaves; last = this.#edge.at(-1)) {
      added = { leaves: 2 * added.leaves, hash: nodeHash(this.#crypto, last.hash, added.hash) };
      this.#edge.pop();
    }
    this.#edge.push(added);
  }

  /** Of all entries so far, of which there is at least one. */
  root(): string {
    return this.#edge
      .map(({ hash }) => hash)
      .reduceRight((right, left) => nodeHash(this.#crypto, left, right));
  }
}
