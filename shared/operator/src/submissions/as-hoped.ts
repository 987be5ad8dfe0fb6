import type { Mode } from '@marketops/contracts';

/** A prod run is hoped to complete, a dry run to end with everything planned and blocked. */
export const isAsHoped = (status: string, mode: Mode): boolean =>
  status === 'completed' || (mode === 'dry_run' && status === 'blocked');
