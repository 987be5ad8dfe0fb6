import { Fault, type FaultDetails, type InputFault } from '@marketops/contracts';

export type OperatorErrorCode =
  /** What was asked for cannot be read, or cannot be meant: the message names the argument. */
  | 'usage_invalid'
  | 'run_not_found'
  | 'receipt_not_found'
  /** Whoever froze it may not unfreeze it. */
  | 'second_person_needed'
  | 'not_frozen'
  /** Federation ended the job of an order to revoke without revoking. */
  | 'revocation_refused'
  /** The control keys are set, and the event that says so could not be appended or is not acknowledged. */
  | 'freeze_not_recorded'
  /** The ledger has the event, and it does not count: the scope stays frozen. */
  | 'unfreeze_not_believed'
  /** A plan or ledger that this machine does not have. */
  | 'ledger_missing'
  | 'redis_unreachable'
  /** The planner ended the job without a run: its reason is in the message. */
  | 'plan_refused'
  /** What an order to redrive names cannot be tried again: why stands with each operation. */
  | 'redrive_refused'
  /** The run has not ended, was not sealed, or is uncertain: the message says which. */
  | 'erase_refused'
  /** The order stands in the run, and the planner did not act on it. */
  | 'redrive_not_taken'
  /** Of an operation that is not uncertain nothing is to be found out. */
  | 'not_uncertain'
  /** The run is there, and has no operation of that id. */
  | 'operation_not_found'
  /** The run, or the request behind it, is nothing to try again whole. */
  | 'retry_refused'
  /** The order stands in the operation, and the publisher did not say what became of it. */
  | 'reconcile_refused'
  /** Entries of the run are in the ledger, and not yet under a signed checkpoint. */
  | 'proof_not_ready'
  /** A run whose bundle is to be attached has no release that it could be attached to. */
  | 'release_not_shipped'
  | 'timed_out'
  | 'redis_not_durable';

/** Why something cannot be read, or an order not be given or carried, whoever asks for it. */
export class OperatorError extends Fault<OperatorErrorCode> {
  readonly faults: readonly InputFault[];
  constructor(
    code: OperatorErrorCode,
    message: string,
    details: FaultDetails & { faults?: readonly InputFault[] },
  ) {
    super(code, message, details);
    this.faults = details.faults ?? [];
  }
}

/** A fault of an input with its place in the file, where it has one; lines and columns count from 1. */
export interface PlacedFault extends InputFault {
  readonly line?: number;
  readonly column?: number;
}

export const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
