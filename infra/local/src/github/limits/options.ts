import { optionalNumber, requireKeys, toObject } from '../body.js';
import { Problem } from '../problem.js';

/** GitHub's limits, as they shall be enforced. In snake case, as they arrive over POST /_sim/limits. */
export interface LimitOptions {
  /** How long an hour, a minute, a second of GitHub's last here: 1 is as on GitHub, 0.001 makes an hour 3.6 seconds. */
  readonly time_scale?: number;
  /** Requests that are no 304. In a window that begins with the first request, as GitHub's does. 5,000 by default. */
  readonly primary_per_hour?: number;
  /** 1 for a read, 5 for a write, in any minute. 900 by default. */
  readonly points_per_minute?: number;
  /** POST, PATCH, PUT, in any minute. 80 by default. */
  readonly creates_per_minute?: number;
  /** The same in any hour. 500 by default. */
  readonly creates_per_hour?: number;
  /** At once. 100 by default. */
  readonly concurrent?: number;
  /** Between the arrivals of two writes. GitHub asks for 1,000, the default, and does not say what it does otherwise. */
  readonly write_gap_ms?: number;
  /** How GitHub answers the primary limit: it says itself that it may be either. 403 by default. */
  readonly primary_status?: 403 | 429;
  /** How GitHub answers a secondary limit: it says itself that it may be either. 403 by default. */
  readonly secondary_status?: 403 | 429;
  /** What a secondary limit makes the client wait. 60 by default; on the wire whole seconds, at least 1. */
  readonly retry_after_s?: number;
}

export type ResolvedLimits = Required<LimitOptions>;

export const gitHubLimits: ResolvedLimits = {
  time_scale: 1,
  primary_per_hour: 5_000,
  points_per_minute: 900,
  creates_per_minute: 80,
  creates_per_hour: 500,
  concurrent: 100,
  write_gap_ms: 1_000,
  primary_status: 403,
  secondary_status: 403,
  retry_after_s: 60,
};

const numbers = [
  ...(['time_scale', 'primary_per_hour', 'points_per_minute', 'creates_per_minute'] as const),
  ...(['creates_per_hour', 'concurrent', 'write_gap_ms', 'retry_after_s'] as const),
] as const;

const statuses = ['primary_status', 'secondary_status'] as const;

/** Checked. Throws a Problem that names what is wrong. */
export function parseLimits(value: unknown): LimitOptions {
  const fields = toObject(value);
  requireKeys(fields, [...numbers, ...statuses]);
  const given = [...numbers, ...statuses].flatMap((name) => {
    const number = optionalNumber(fields, name);
    if (number === undefined) return [];
    if (!(number > 0) || !Number.isFinite(number)) throw new Problem(422, `"${name}" should be above 0.`);
    if (name.endsWith('_status') && number !== 403 && number !== 429) {
      throw new Problem(422, `"${name}" should be 403 or 429.`);
    }
    return [[name, number] as const];
  });
  return Object.fromEntries(given);
}
