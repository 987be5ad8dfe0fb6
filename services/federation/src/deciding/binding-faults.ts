import {
  type Operation,
  type OperationState,
  type PlannedOperation,
  type Reason,
  repositoryFullName,
} from '@marketops/contracts';
import { type CryptoPort, operationDigest } from '@marketops/proof';
import { reason } from './reason.js';
import type { AuthorizationView } from './view.js';

/** Why the operation may not ship whatever the policy says; empty for nothing. Plan and operation are bound together here. */
export function bindingFaults(
  crypto: CryptoPort,
  view: AuthorizationView,
  item: PlannedOperation,
  state: OperationState,
  planDigest: string,
): readonly Reason[] {
  const operation = view.operations.get(item.operation_id);
  if (view.run.mode !== 'prod')
    return [reason('mode_not_prod', 'The run is not in mode prod.', 'Submit the plan with mode: prod.')];
  if (operation === undefined || !item.would_ship || item.blocked_by_mode)
    return item.reasons.length > 0
      ? item.reasons
      : [reason('not_shipping', 'The plan says it would not ship.', 'See the plan.')];
  const actual = operationDigest(crypto, operation);
  const operationBound = actual === item.operation_digest && actual === state.planned?.data.operation_digest;
  const planBound =
    planDigest === state.planned?.data.plan_digest && planDigest === view.run.planned?.data.plan_digest;
  if (operationBound && planBound && isPlanOf(view) && isOperationOf(item, operation)) return [];
  return [
    reason(
      'binding_broken',
      'The operation is not the one the plan names.',
      'Submit the plan again; report this if it recurs.',
    ),
  ];
}

/** The plan is this run's own, not one of another run, tenant or mode. */
const isPlanOf = ({ runId, run, plan }: AuthorizationView): boolean =>
  plan.run_id === runId && plan.mode === run.mode && plan.tenant_id === run.tenantId;

/** What the plan shows of the operation is what the operation is. */
const isOperationOf = (item: PlannedOperation, operation: Operation): boolean =>
  operation.operation_id === item.operation_id &&
  operation.kind === item.kind &&
  repositoryFullName(operation.repository).toLowerCase() === item.repository.toLowerCase();
