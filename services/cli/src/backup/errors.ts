import { CliError } from '../errors.js';

/** What would be made worse by going on; nothing was written. */
export const backupRefused = (message: string, next: string): CliError =>
  new CliError('backup_refused', message, { next });

/** A backup that is not what its manifest says. */
export const backupInvalid = (message: string, cause?: unknown): CliError =>
  new CliError('backup_invalid', message, {
    next: 'Do not restore it. Use another one, or make one anew into an empty folder.',
    cause,
  });

export const restoreRefused = (message: string, next: string): CliError =>
  new CliError('restore_refused', message, { next });
