import { type Answer, notAsked, pass, quoted, refuse } from './answer.js';
import type { GateContext } from './context.js';

/**
 * Check 8: the receipt authorizes exactly this operation, byte for byte (law R1). The digest is computed from the
 * operation that was loaded and will be executed, not read from anywhere: a swapped blob shows here.
 */
export function checkOperationBinding({ presented, receipt, stream, operation }: GateContext): Answer {
  if (receipt === undefined) return notAsked;
  if (operation.status === 'fault') throw operation.fault;
  const planned = stream?.state.planned;
  if (planned === undefined || operation.status !== 'loaded') {
    return wrong(
      'operation_unknown',
      `There is no operation ${quoted(presented.operationId ?? undefined)} in this run.`,
    );
  }
  const pairs: readonly (readonly [name: string, authorized: string, found: unknown])[] = [
    ['operation_id', receipt.operation_id, presented.operationId],
    ['operation_id', receipt.operation_id, planned.data.operation_id],
    ['operation_id', receipt.operation_id, operation.operation.operation_id],
    ['run_id', receipt.run_id, planned.run_id],
    ['operation_digest', receipt.operation_digest, operation.digest],
    ['operation_digest', receipt.operation_digest, planned.data.operation_digest],
    ['plan_digest', receipt.plan_digest, planned.data.plan_digest],
    ['tenant_id', receipt.tenant_id, stream?.tenantId],
  ];
  const differing = pairs.find(([, authorized, found]) => authorized !== found);
  if (differing === undefined) return pass;
  const [name, authorized, found] = differing;
  return wrong(
    `${name}_differs`,
    `The receipt's ${name} is ${quoted(authorized)}; the operation's is ${quoted(found ?? undefined)}.`,
  );
}

const wrong = (code: string, message: string): Answer =>
  refuse(
    code,
    message,
    'A receipt authorizes one operation, byte for byte. Submit a plan for what you want now.',
  );
