import { z } from 'zod';
import { ModeViolationError } from './errors.js';

/** `dry_run` plans and blocks; `prod` may ship, under a receipt. Nothing else exists (law D3). */
export const Mode = z.enum(['dry_run', 'prod']);
export type Mode = z.infer<typeof Mode>;

/**
 * The run's mode from what was asked: missing means `dry_run`, anything but the two exact words stops the run.
 * @throws ModeViolationError for any other value, `PROD` and ` prod` included.
 */
export function parseMode(asked: unknown): Mode {
  if (asked === undefined) return 'dry_run';
  if (asked === 'dry_run' || asked === 'prod') return asked;
  const shown = typeof asked === 'string' ? JSON.stringify(asked.slice(0, 40)) : typeof asked;
  throw new ModeViolationError('mode_invalid', `mode must be exactly "dry_run" or "prod", got ${shown}`, {
    next: 'Write mode: dry_run or mode: prod, in lower case; leave it out for a dry run.',
  });
}
