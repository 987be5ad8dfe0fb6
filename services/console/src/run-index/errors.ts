import { Fault, type FaultDetails } from '@marketops/contracts';

const nextByCode = {
  cursor_invalid: 'Leave cursor out to begin at the newest run, or use what the page before gave as next.',
  run_index_failed:
    'See the message: the disk of the folder named must take writes. The index goes on by itself as soon as it does.',
  run_index_in_use: 'Give each console a data folder of its own for its index of runs, and start it again.',
} as const;

export type RunIndexErrorCode = keyof typeof nextByCode;

/** What keeps the list of runs from being shown. No run depends on it. */
export class RunIndexError extends Fault<RunIndexErrorCode> {
  constructor(code: RunIndexErrorCode, message: string, details: Partial<FaultDetails> = {}) {
    super(code, message, { next: nextByCode[code], ...details });
  }
}
