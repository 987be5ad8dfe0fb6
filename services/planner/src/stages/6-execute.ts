import {
  invariant,
  nullSideEffectPort,
  type Operation,
  type Reason,
  type SideEffectPort,
} from '@marketops/contracts';
import type { WholeOperation } from './5-plan.js';

/**
 * Stage 6: a dry run goes through the motions, through the same boundary as everything else, and meets a port that
 * only ever says no (laws D1, D2). @returns why each operation was blocked.
 */
export async function execute(
  operations: Iterable<WholeOperation>,
  port: SideEffectPort<Operation> = nullSideEffectPort,
): Promise<Map<string, Reason>> {
  const blocked = new Map<string, Reason>();
  for (const { operation } of operations) {
    const answer = await port.perform(operation);
    invariant(answer.outcome === 'blocked', `a dry run met a port that acts, at ${operation.operation_id}`);
    blocked.set(operation.operation_id, answer.reason);
  }
  return blocked;
}
