import type { OriginFault } from '../meaning/origin.js';
import type { Broken } from '../meaning/receipts.js';
import { JournalError, type JournalPlace, lawOf, whereIs } from './errors.js';
import { journalFileName } from './file-name.js';
import { type JournalFault, violationsMax } from './report.js';
import type { WalkedEntry } from './walk.js';

/** Laws broken by what entries say. The journal is walked on: one of them does not hide the next. */
export class Violations {
  readonly #told: JournalFault[] = [];
  #found = 0;
  #pending: Promise<void>[] = [];

  get found(): number {
    return this.#found;
  }

  /** In the order of the ledger. */
  get told(): readonly JournalFault[] {
    return this.#told.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  }

  add({ code, what }: Broken | OriginFault, { position, line }: WalkedEntry): void {
    this.#found += 1;
    if (this.#told.length >= violationsMax) return;
    const place: JournalPlace = { file: journalFileName(position), line, sequence: position.sequence };
    const { message, next } = new JournalError(code, `${whereIs(place)}: ${what}.`, { place });
    this.#told.push({ code, law: lawOf(code), message, next, ...place });
  }

  /** What will be known a little later. */
  await(fault: Promise<OriginFault | undefined>, at: WalkedEntry): void {
    this.#pending.push(fault.then((found) => (found === undefined ? undefined : this.add(found, at))));
  }

  /** Resolves when nothing is pending. */
  async settled(): Promise<void> {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    await Promise.all(pending);
  }
}
