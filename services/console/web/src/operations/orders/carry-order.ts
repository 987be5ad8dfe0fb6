import type { OperatorCommand } from '@marketops/contracts';
import { carried } from '../../approvals/key/carried.js';
import { api, unwrap } from '../../data/api.js';

/** Over the wire an absent member is left out. */
function body(command: OperatorCommand) {
  const { action, ...rest } = carried(command);
  if (action.kind !== 'unfreeze') return { ...rest, action };
  const { freezes, ...kept } = action;
  return { ...rest, action: freezes === undefined ? kept : { ...kept, freezes } };
}

/*
 * Signed orders, each to where it belongs. All throw ProblemError: `second_person_needed`, `not_frozen`, `redrive_refused` and what
 * else the command says.
 */

export const carryFreeze = async (command: OperatorCommand) =>
  unwrap(await api.POST('/v1/freezes', { body: body(command) }));

export const carryUnfreeze = async (command: OperatorCommand) =>
  unwrap(await api.POST('/v1/unfreezes', { body: body(command) }));

export const carryRedrive = (runId: string) => async (command: OperatorCommand) =>
  unwrap(
    await api.POST('/v1/runs/{run_id}/redrive', {
      params: { path: { run_id: runId } },
      body: body(command),
    }),
  );

export const carryReconcile = (runId: string, operationId: string) => async (command: OperatorCommand) =>
  unwrap(
    await api.POST('/v1/runs/{run_id}/operations/{operation_id}/reconcile', {
      params: { path: { run_id: runId, operation_id: operationId } },
      body: body(command),
    }),
  );
