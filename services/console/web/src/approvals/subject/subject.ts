import type { PlanView } from '@marketops/client';
import { Operation, PublicationPlan } from '@marketops/contracts';
import { type CryptoPort, planDigest } from '@marketops/proof';
import { operationFaults } from '../../signing/shown-operations.js';

/** What a person would sign, as far as it can be shown. */
export type Subject =
  | {
      readonly is: 'shown';
      readonly plan: PublicationPlan;
      /** Whole, by id; none where a prerequisite is missing. */
      readonly operations: ReadonlyMap<string, Operation>;
      /** In what it is not the plan that was signed for; empty where every digest was derived again here and is the same. */
      readonly faults: readonly string[];
    }
  /** Nobody signs a digest of something that was not shown. */
  | { readonly is: 'hidden'; readonly why: string };

/**
 * The plan of a run as it came, its digest and those of its operations derived again.
 * @param digest the plan's, as federation asked people about it; null where nobody has been asked yet
 */
export function subjectOf(crypto: CryptoPort, view: PlanView, digest: string | null): Subject {
  const plan = PublicationPlan.safeParse(view.plan);
  if (!plan.success)
    return {
      is: 'hidden',
      why:
        view.plan === null
          ? 'Its plan cannot be read on this server: it is sealed, erased, or its blobs are elsewhere.'
          : 'What came as its plan has not the form of one.',
    };
  const operations = new Map<string, Operation>();
  for (const { operation_id: id, operation: value, operation_digest: expected } of view.operations) {
    if (value === null && expected === null) continue;
    const operation = Operation.safeParse(value);
    if (!operation.success) return { is: 'hidden', why: `Its operation ${id} cannot be shown whole.` };
    operations.set(id, operation.data);
  }
  const found = planDigest(crypto, plan.data);
  const expected = digest ?? view.plan_digest;
  return {
    ...{ is: 'shown', plan: plan.data, operations },
    faults: [
      ...(found === expected ? [] : ['The plan that came is not the one people were asked about.']),
      ...operationFaults(crypto, plan.data, [...operations.values()]).map(({ message }) => message),
    ],
  };
}
