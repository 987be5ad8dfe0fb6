import { type CryptoPort, digestOf } from '@marketops/proof';
import { membersOf } from '../meaning/record.js';
import { BundleError } from './errors.js';
import type { BundleBodies } from './phases.js';

/** A plan phase, as far as bodies are concerned; nothing of it is believed. */
interface Told {
  readonly plan_digest: string | null;
  readonly plan: unknown;
  readonly operations: readonly {
    readonly operation_id: string;
    readonly operation_digest: string | null;
    readonly operation: unknown;
  }[];
}

/**
 * What a bundle says the plan and the operations are, each held against the digest that stands beside it. That the digest is
 * the entry's, the comparison of the whole statement shows.
 * @throws BundleError `bundle_mismatch`
 */
export function bodiesOf(crypto: CryptoPort, { plan, plan_digest, operations }: Told): BundleBodies {
  const holds = (value: unknown, digest: string | null, what: string): void => {
    if (value === null || digestOf(crypto, value) === digest) return;
    throw new BundleError('bundle_mismatch', `${what} is not the one its digest names.`);
  };
  holds(plan, plan_digest, 'The plan');
  for (const { operation, operation_digest, operation_id } of operations)
    holds(operation, operation_digest, `The operation ${operation_id}`);
  return { plan, operations: new Map(operations.map((one) => [one.operation_id, one.operation])) };
}

/** How many of the plan and its operations are known by digest only: their blobs were not there when the bundle was made. */
export const withheldOf = ({ plan_digest, plan, operations }: Told): number =>
  Number(plan_digest !== null && plan === null) +
  operations.filter(
    ({ operation, operation_digest }) =>
      operation_digest !== null && Object.keys(membersOf(operation)).length === 0,
  ).length;
