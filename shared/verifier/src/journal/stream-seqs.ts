import type { CryptoPort } from '@marketops/proof';

/** Words of 32 bits: four of the name's digest, and the seq. */
const nameWords = 4;
const slotWords = nameWords + 1;
const slotsFirst = 1_024;

/**
 * The last seq of every stream, 20 bytes a slot and about two slots a stream, where a Map takes two hundred: it is what grows with
 * a log. A stream is known by 128 bits of its name's SHA-256, so that no two share a slot, whoever chooses the names.
 */
export class StreamSeqs {
  readonly #crypto: CryptoPort;
  #slots = new Uint32Array(slotsFirst * slotWords);
  #size = 0;
  #asked: { readonly name: string; readonly words: Uint32Array } | undefined;

  constructor(crypto: CryptoPort) {
    this.#crypto = crypto;
  }

  /** Streams there are. */
  get size(): number {
    return this.#size;
  }

  get(stream: string): number | undefined {
    const seq = this.#slots[this.#find(this.#slots, this.#wordsOf(stream)) + nameWords];
    return seq === 0 ? undefined : seq;
  }

  /** @param seq from 1 on */
  set(stream: string, seq: number): void {
    const words = this.#wordsOf(stream);
    let at = this.#find(this.#slots, words);
    if (this.#slots[at + nameWords] === 0) {
      if ((this.#size + 1) * slotWords > 0.6 * this.#slots.length) {
        this.#grow();
        at = this.#find(this.#slots, words);
      }
      this.#size += 1;
      this.#slots.set(words, at);
    }
    this.#slots[at + nameWords] = seq;
  }

  /** Where the name stands, or the empty slot where it would. */
  #find(slots: Uint32Array, words: Uint32Array): number {
    const count = slots.length / slotWords;
    for (let slot = (words[0] ?? 0) % count; ; slot = (slot + 1) % count) {
      const at = slot * slotWords;
      if (slots[at + nameWords] === 0) return at;
      if (words.every((word, index) => slots[at + index] === word)) return at;
    }
  }

  #grow(): void {
    const next = new Uint32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#slots.length; at += slotWords) {
      if (this.#slots[at + nameWords] === 0) continue;
      const slot = this.#slots.subarray(at, at + slotWords);
      next.set(slot, this.#find(next, slot.subarray(0, nameWords)));
    }
    this.#slots = next;
  }

  /** A stream is mostly asked for and set in turn. */
  #wordsOf(stream: string): Uint32Array {
    if (this.#asked?.name === stream) return this.#asked.words;
    const hex = this.#crypto.sha256Hex(stream);
    const words = Uint32Array.from({ length: nameWords }, (_, at) =>
      Number.parseInt(hex.slice(8 * at, 8 * at + 8), 16),
    );
    this.#asked = { name: stream, words };
    return words;
  }
}
