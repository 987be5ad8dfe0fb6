import { existsSync } from 'node:fs';
import type { LoadedConfig } from '@marketops/engine';
import { ledgerPaths, readPin, writePin } from '@marketops/journal';
import type { JournalProgress, JournalReport, Pin } from '@marketops/verifier';
import { verifyJournal } from '@marketops/verifier/node';
import { OperatorError } from '../errors.js';

export interface LedgerVerification {
  readonly report: JournalReport;
  readonly dir: string;
  /** What was remembered of this log before. */
  readonly pin: Pin | undefined;
  readonly entriesPerSecond: number;
}

export interface VerifyLedgerOptions {
  /** Where pins are kept; default beside the ledger. */
  readonly pinsDir?: string;
  readonly onProgress?: (progress: JournalProgress) => void;
}

/**
 * Verifies the journal from its first entry and against the pin, and moves the pin forward where all of it held.
 * @throws OperatorError `ledger_missing`; JournalError `pin_invalid`
 */
export async function verifyLedger(
  { dataDir, keyring }: Pick<LoadedConfig, 'dataDir' | 'keyring'>,
  { pinsDir, onProgress }: VerifyLedgerOptions = {},
): Promise<LedgerVerification> {
  const paths = ledgerPaths(dataDir);
  if (!existsSync(paths.journal)) {
    throw new OperatorError('ledger_missing', `there is no ledger in ${paths.root}`, {
      next: 'Start one with marketops dev, or name the right marketops.yml with --config.',
    });
  }
  const pins = pinsDir ?? paths.pins;
  const pin = await readPin(pins, keyring.log_origin);
  const report = await verifyJournal({
    dir: paths.journal,
    keyring,
    ...(pin === undefined ? {} : { pin: { sequence: pin.sequence, hash: pin.hash } }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  if (report.ok && report.lastSequence > (pin?.sequence ?? 0)) {
    await writePin(pins, {
      log_origin: keyring.log_origin,
      sequence: report.lastSequence,
      hash: report.lastHash,
      pinned_at: new Date().toISOString(),
    });
  }
  const seconds = Math.max(report.elapsedMs, 1) / 1_000;
  return { report, dir: paths.journal, pin, entriesPerSecond: report.entries / seconds };
}
