/**
 * The lease of the one writer, judged by the store's own clock: who asks never says what time it is.
 *
 *     absent ──take, nobody else can be there──▶ held ──hold──▶ held, for its length from now
 *        │                                        ├── give ───▶ free: whoever asks next takes it
 *        └──take──▶ waiting, for one length       └── its time is over ──▶ whoever asks next takes it
 *                     ├── hold, by whoever has it in mind that it is the writer ──▶ held
 *                     └── its time is over ──▶ whoever asks next takes it
 *
 * An absent lease means that the store has lost its data: for one length only who held it may take it back.
 *
 * It decides who *tries* to write, no more. That two writers never both count is the term's to see to.
 */
export type LeaseCall =
  | {
      /** For who is not the writer. */
      readonly action: 'take';
      readonly holder: string;
      /** Told to the others, at most 1 KiB. */
      readonly about: string;
      readonly lengthMs: number;
      /** An absent lease is taken at once: nobody can be there who held it. */
      readonly soon: boolean;
      /** This holder is known to have ended: what is left of its time is not waited for. */
      readonly instead?: string | undefined;
    }
  | {
      /** For the writer, again and again. */
      readonly action: 'hold';
      readonly holder: string;
      readonly about: string;
      readonly lengthMs: number;
    }
  | {
      /** For the writer that ends. */
      readonly action: 'give';
      readonly holder: string;
    };

export interface LeaseAnswer {
  /** The caller holds it now. */
  readonly isMine: boolean;
  /** Who holds it; empty where nobody does. */
  readonly holder: string;
  /** What the holder says of itself. */
  readonly about: string;
  /** What is left of its time, in milliseconds. */
  readonly leftMs: number;
}
