import { InvariantError } from '@marketops/contracts';

/** The kill switch of a client that is for looking alone: no write passes it. */
export const neverWrites = (): Promise<never> =>
  Promise.reject(new InvariantError('what only looks was about to write'));
