import { Fault, type InputFault, type RetryClass } from '@marketops/contracts';

/**
 * Configuration or keys that a process must not start with, or not sign with any longer. All faults of a file are reported
 * together.
 */
export class ConfigError extends Fault<
  | 'config_missing'
  | 'config_invalid'
  | 'config_exists'
  | 'secret_in_config'
  | 'key_missing'
  | 'key_exposed'
  | 'key_outside'
  | 'key_invalid'
  | 'key_weak'
  | 'key_default'
  | 'key_reused'
  | 'key_unlisted'
  | 'key_mismatch'
  | 'key_expired'
  | 'key_revoked'
  | 'key_not_yet_valid'
  | 'keyring_locked'
  | 'keyring_change_refused'
  | 'redis_not_durable'
> {
  readonly faults: readonly InputFault[];
  constructor(
    code: ConfigError['code'],
    message: string,
    details: { next: string; cause?: unknown; faults?: readonly InputFault[]; retry?: RetryClass },
  ) {
    super(code, message, details);
    this.faults = details.faults ?? [];
  }
}

/** Work that waits for longer than this looks again nevertheless: a time from outside may be anything, and a pause cannot be taken back. */
const delayMsMax = 3_600_000;

/** @param delayMs as somebody said it; what is no number waits for the longest time */
const boundedDelay = (delayMs: number): number =>
  Number.isNaN(delayMs) ? delayMsMax : Math.min(Math.max(delayMs, 0), delayMsMax);

/** Not now: look again after `delayMs`, an hour at most. No attempt is spent. */
export class HoldError extends Fault<'held'> {
  readonly delayMs: number;
  constructor(message: string, delayMs: number) {
    super('held', message, { next: 'Nothing to do: it is looked at again by itself.', retry: 'hold' });
    this.delayMs = boundedDelay(delayMs);
  }
}

/** The whole queue pauses, an hour at most: the provider said when it may be asked again. No attempt is spent. */
export class ThrottledError extends Fault<'throttled'> {
  readonly delayMs: number;
  constructor(message: string, delayMs: number) {
    super('throttled', message, {
      next: 'Nothing to do: the queue goes on when the provider allows it.',
      retry: 'hold',
    });
    this.delayMs = boundedDelay(delayMs);
  }
}

/** How long a hold waits: as long as it says itself, or as long as holds do. */
export const holdMsOf = (fault: Fault, otherwiseMs: number): number =>
  fault instanceof HoldError || fault instanceof ThrottledError ? fault.delayMs : otherwiseMs;
