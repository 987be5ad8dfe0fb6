import { Fault, type Reason } from '@marketops/contracts';

/** The kill switch, with what is to be said about it. Thrown before a request, so nothing of it has been sent. */
export class Stopped extends Fault<'stopped'> {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super('stopped', reason.message, { next: reason.remedy, retry: 'hold' });
    this.reason = reason;
  }
}

export const frozen = (scope: string, why: string): Stopped =>
  new Stopped({
    code: 'frozen',
    message: `${scope} is frozen: ${why}`.slice(0, 1_000),
    remedy: 'Wait until it is unfrozen.',
  });

export const partitionClosed = (why: string | undefined): Stopped =>
  new Stopped({
    code: 'partition_closed',
    message: `The partition is closed: ${why ?? 'its control key is missing'}`.slice(0, 1_000),
    remedy: 'Run marketops doctor. The ledger opens partitions when it has compared Redis with its journal.',
  });

export const ledgerLate = (): Stopped =>
  new Stopped({
    code: 'acknowledgement_late',
    message: 'The ledger has not acknowledged the start in time; nothing was sent.',
    remedy: 'Check that the ledger runs (marketops doctor). Work goes on by itself.',
  });
