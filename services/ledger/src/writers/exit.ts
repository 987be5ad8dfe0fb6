import type { Logger } from '@marketops/engine';
import { LedgerError } from '../errors.js';

/**
 * With what a ledger ends that cannot go on: 75 (EX_TEMPFAIL) where another has taken over, else 1. A deposed writer does not
 * stand by in the same process: what it has in memory, and what of it is still under way, is of a history that may not be the
 * ledger's any more. Its supervisor starts it again, and then it stands by.
 */
const exitCodeOf = (fault: unknown): number =>
  fault instanceof LedgerError && fault.code === 'deposed' ? 75 : 1;

/** Loudly, and without another word to Redis: the log line is the last thing this process does. */
export const endWith =
  (log: Pick<Logger, 'fatal'>) =>
  (fault: unknown): void => {
    const code = exitCodeOf(fault);
    const why =
      code === 1
        ? 'the ledger has stopped; nothing is acknowledged until it starts again'
        : 'another ledger has taken over; started again, this one stands by';
    log.fatal({ fault }, why);
    process.exitCode = code;
    setImmediate(() => process.exit(code));
  };
