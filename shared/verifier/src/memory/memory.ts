import type { CryptoPort } from '@marketops/proof';
import { JournalError, type JournalPlace, whereIs } from '../journal/errors.js';
import type { ChainPoint } from '../journal/walk.js';
import { GrowingRoot } from './growing-root.js';

/** A signed tree head seen before: RFC 6962 over the bytes of the first `size` entries. */
export interface SeenRoot {
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly root: string;
}

/** What somebody outside remembers of a log. Without it a cut or rewritten log of the right keys is only another log. */
export interface Seen {
  readonly points?: readonly ChainPoint[] | undefined;
  readonly roots?: readonly SeenRoot[] | undefined;
}

interface Remembered {
  readonly sequence: number;
  readonly expected: string;
  readonly kind: 'entry' | 'root';
}

/**
 * Compares a journal with what was seen of it, entry by entry as it is walked:
 *
 *     shorter than what was seen ─▶ tail_cut
 *     differs, and nothing seen before that point agreed ─▶ history_rewritten
 *     differs, after something seen that agreed ─▶ journal_forked
 */
export class Memory {
  readonly #remembered: readonly Remembered[];
  readonly #root: GrowingRoot | undefined;
  readonly #rootUntil: number;
  #next = 0;
  /** The last point that agreed; 0 where none did. */
  #agreed = 0;

  constructor(crypto: CryptoPort, { points = [], roots = [] }: Seen) {
    this.#remembered = [
      ...points.map(({ sequence, hash }) => ({ sequence, expected: hash, kind: 'entry' as const })),
      ...roots.map(({ size, root }) => ({ sequence: size, expected: root, kind: 'root' as const })),
    ]
      .filter(({ sequence }) => sequence > 0)
      .toSorted((a, b) => a.sequence - b.sequence);
    this.#rootUntil = Math.max(0, ...roots.map(({ size }) => size));
    this.#root = this.#rootUntil > 0 ? new GrowingRoot(crypto) : undefined;
  }

  /** False where nothing is remembered, so that nothing need be compared. */
  get holdsAny(): boolean {
    return this.#remembered.length > 0;
  }

  /** @throws JournalError `history_rewritten`, `journal_forked` */
  compare({ sequence, hash }: ChainPoint, entryBytes: string, placeOf: () => JournalPlace): void {
    if (sequence <= this.#rootUntil) this.#root?.add(entryBytes);
    for (let seen = this.#remembered[this.#next]; seen?.sequence === sequence; ) {
      const found = seen.kind === 'entry' ? hash : this.#root?.root();
      if (found !== seen.expected) throw this.#differs(seen, placeOf());
      this.#agreed = sequence;
      this.#next += 1;
      seen = this.#remembered[this.#next];
    }
  }

  #differs({ sequence, expected, kind }: Remembered, place: JournalPlace): JournalError {
    const what =
      kind === 'entry'
        ? `entry ${sequence} is not the one seen before (${expected.slice(0, 16)}…)`
        : `the first ${sequence} entries are not those of the checkpoint (root ${expected.slice(0, 16)}…)`;
    if (this.#agreed === 0)
      return new JournalError('history_rewritten', `${whereIs(place)}: ${what}.`, { place });
    const since = `${what}, though entry ${this.#agreed} still was: the two part between them`;
    return new JournalError('journal_forked', `${whereIs(place)}: ${since}.`, { place });
  }

  /** @throws JournalError `tail_cut` */
  checkReached(sequence: number, lastFile: string): void {
    const furthest = this.#remembered.at(-1);
    if (furthest === undefined || sequence >= furthest.sequence) return;
    throw new JournalError(
      'tail_cut',
      `The journal ends at entry ${sequence}; entry ${furthest.sequence} has been seen before. What is missing begins at ${sequence + 1}.`,
      { place: { file: lastFile, line: 0, sequence: sequence + 1 } },
    );
  }
}
