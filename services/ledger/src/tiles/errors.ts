import { Fault, type FaultDetails } from '@marketops/contracts';

const nextByCode = {
  checkpoint_ahead:
    'Restore the journal that has these entries. No checkpoint is signed before it has; the ledger itself goes on.',
  checkpoint_forked:
    'Compare the journal with the place and with checkpoints seen elsewhere: one of them was changed. Nothing is signed until they agree.',
} as const;

export type ProjectionErrorCode = keyof typeof nextByCode;

/** Why no checkpoint is signed: it would contradict one that was. The ledger acknowledges as before. */
export class ProjectionError extends Fault<ProjectionErrorCode> {
  constructor(code: ProjectionErrorCode, message: string, details: Partial<FaultDetails> = {}) {
    super(code, message, { next: nextByCode[code], ...details });
  }
}
