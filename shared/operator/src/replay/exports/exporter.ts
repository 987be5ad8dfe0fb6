import type { HeldEntry, RecordedEvent } from '../source/recorded.js';

/** What was asked for, as an export says it at its top. */
export interface ExportHead {
  /** In words: which events these are. */
  readonly about: readonly string[];
  /** When it was made; UTC. */
  readonly madeAt: string;
  /** The last entry of the ledger that was looked at; 0 for none. */
  readonly lastSequence: number;
  readonly logOrigin: string;
}

/** Writes events as they come, so that any number of them takes bounded memory. Every value in its lines is safe to print. */
export interface Exporter {
  head(head: ExportHead): void;
  event(recorded: RecordedEvent): void;
  held(held: HeldEntry): void;
  end(last: { readonly lastSequence: number }): void;
}

export type Write = (line: string) => void;
