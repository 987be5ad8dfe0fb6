import type { Engine } from '@marketops/engine';
import { LedgerError } from '../errors.js';
import { type LedgerOptions, startLedger } from '../start.js';
import { endWith } from './exit.js';

/**
 * Runs the ledger as a service: returns when it writes, or when it stands by for one that does. A standby is ready: it answers
 * `/health`, and takes over by itself.
 * @throws LedgerError why it can neither write nor stand by
 */
export function serveLedger(engine: Engine, options: Omit<LedgerOptions, 'onStandby'> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    let isStandby = false;
    const onStandby = (): void => {
      isStandby = true;
      resolve();
    };
    startLedger(engine, { ...options, onStandby }).then(
      () => resolve(),
      (fault: unknown) => {
        if (!isStandby) reject(fault);
        // Stopped in good order while it stood by.
        else if (!(fault instanceof LedgerError && fault.code === 'stopped')) endWith(engine.log)(fault);
      },
    );
  });
}
