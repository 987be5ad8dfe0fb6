import { CliError } from '../errors.js';
import type { Live } from '../reading/live.js';
import type { Runs } from '../reading/runs.js';

/** Redis, where something is carried to it. @throws CliError `redis_unreachable` */
export function liveOf({ live }: Pick<Runs, 'live'>): Live {
  if (live !== undefined) return live;
  throw new CliError('redis_unreachable', 'Redis does not answer, so nothing can be carried', {
    next: 'Start everything with marketops dev, or set REDIS_URL.',
  });
}
