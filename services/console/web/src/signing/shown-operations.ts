import { type Operation, type PublicationPlan, repositoryFullName } from '@marketops/contracts';
import { type CryptoPort, operationDigest } from '@marketops/proof';
import { differs, type SigningFault } from './bytes.js';

/** Whether the operations on a page are those of its plan: each that the plan has a digest of, as it stands there, and no other. */
export function operationFaults(
  crypto: CryptoPort,
  plan: PublicationPlan,
  operations: readonly Operation[],
): SigningFault[] {
  const shown = new Map(operations.map((operation) => [operation.operation_id, operation]));
  const faults: SigningFault[] = [];
  if (shown.size !== operations.length)
    faults.push(differs('operation', 'An operation stands on this page twice.'));
  for (const { operation_id: id, operation_digest: digest, kind, repository } of plan.operations) {
    const operation = shown.get(id);
    shown.delete(id);
    if (digest === null) {
      if (operation !== undefined) faults.push(differs('operation', `The plan does not have ${id} whole.`));
      continue;
    }
    if (operation === undefined) faults.push(differs('operation', `The operation ${id} is not shown.`));
    else if (
      operationDigest(crypto, operation) !== digest ||
      operation.kind !== kind ||
      repositoryFullName(operation.repository).toLowerCase() !== repository.toLowerCase()
    )
      faults.push(differs('operation', `The operation ${id} on this page is not the one that was planned.`));
  }
  for (const id of shown.keys()) faults.push(differs('operation', `The plan has no operation ${id}.`));
  return faults;
}
