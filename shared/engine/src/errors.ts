import { Fault, type InputFault, type RetryClass } from '@marketops/contracts';

/**
 * Configuration or keys that a process must not start with, or not sign with any longer. All faults of a file are reported
 * together.
 */
export class ConfigError extends Fault<
  | 'config_missing'
  | 'config_invalid'
  | 'config_exists'
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

/** Not now: look again after `delayMs`. No attempt is spent. */
export class HoldError extends Fault<'held'> {
  readonly delayMs: number;
  constructor(message: string, delayMs: number) {
    super('held', message, { next: 'Nothing to do: it is looked at again by itself.', retry: 'hold' });
    this.delayMs = delayMs;
  }
}

/** The whole queue pauses: the provider said when it may be asked again. No attempt is spent. */
export class ThrottledError extends Fault<'throttled'> {
  readonly delayMs: number;
  constructor(message: string, delayMs: number) {
    super('throttled', message, {
      next: 'Nothing to do: the queue goes on when the provider allows it.',
      retry: 'hold',
    });
    this.delayMs = delayMs;
  }
}

/** How long a hold waits: as long as it says itself, or as long as holds do. */
export const holdMsOf = (fault: Fault, otherwiseMs: number): number =>
  fault instanceof HoldError || fault instanceof ThrottledError ? fault.delayMs : otherwiseMs;
