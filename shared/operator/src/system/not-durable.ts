import { OperatorError } from '../errors.js';

export const notDurable = (what: string) =>
  new OperatorError('redis_not_durable', `this Redis does not keep its data: ${what}`, {
    next: 'Use one with appendonly yes; or, where losing what the ledger has not acknowledged is acceptable, say so with --allow-non-durable-redis or allow_non_durable_redis in marketops.yml.',
  });
