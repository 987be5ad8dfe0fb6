import { Fault } from '@marketops/contracts';

export type LocalErrorCode =
  /** No source gave a Redis; the message holds each source's reason. */
  | 'redis_unavailable'
  /** Only the JavaScript Redis is left, and it forgets everything when it ends. */
  | 'redis_not_durable'
  | 'redis_url_invalid'
  | 'redis_url_unreachable'
  | 'redis_too_old'
  /** A server was found and did not start over this data directory. */
  | 'redis_start_failed'
  /** It ended by itself: again and again, or one that cannot be started again with its data. */
  | 'redis_lost'
  /** Another process runs a private Redis over the same data directory. */
  | 'redis_data_in_use'
  /** This source has nothing to offer on this machine. */
  | 'redis_source_missing'
  | 'redis_packages_failed'
  | 'redis_test_database_taken'
  /** A child process outlived its time limit or ended with a fault. */
  | 'child_failed';

/** Everything the local infrastructure refuses or fails at. */
export class LocalError extends Fault<LocalErrorCode> {}

/** The text of whatever was thrown, for a reason shown to a person. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
