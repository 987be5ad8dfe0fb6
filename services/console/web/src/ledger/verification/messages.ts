import type { JournalProgress, JournalReport } from '@marketops/verifier';

/** A file of the journal as the server stores it: a sealed one is called `….jsonl.gz` and is unpacked here. */
export interface ListedFile {
  readonly name: string;
  /** As it is stored. */
  readonly bytes: number;
  /** Where its bytes are read in ranges; a path of this origin. */
  readonly path: string;
}

/** What the page asks of the worker. Once: whoever wants it ended ends the worker. */
export interface VerifyOrder {
  readonly files: readonly ListedFile[];
  /** As it was read from JSON; the worker parses it. */
  readonly keyring: unknown;
  readonly memories: readonly Remembered[];
}

/** Something seen of this log before. */
export interface Remembered {
  /** `sequence:hash`, the JSON of a pin, or a signed checkpoint. */
  readonly text: string;
  /** Stands in messages: `the pin you pasted`. */
  readonly where: string;
}

/** What the worker tells. One `report` or `failed` is the last word. */
export type VerifyNews =
  | { readonly kind: 'progress'; readonly progress: JournalProgress }
  | { readonly kind: 'report'; readonly report: JournalReport; readonly memories: readonly string[] }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly next: string;
    };
