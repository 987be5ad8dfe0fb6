import { limits } from '@marketops/contracts';
import type { Broken, OperationEvent } from './receipts.js';
import { membersOf, type OpenOperation, runOf, shown, textOf, timeMsOf } from './record.js';

const lastPartOf = (stream: string): string => stream.slice(stream.lastIndexOf('/') + 1);

/** Laws D1, P1, P4 and P5 at an `operation.started`: it consumes the one live receipt of its own stream. */
export function startFaults(operation: OpenOperation, { stream, event, data }: OperationEvent): Broken[] {
  if (event['mode'] !== 'prod')
    return [{ code: 'dry_run_shipped', what: 'an effect is started in a run that is not prod' }];
  const { receipt } = operation;
  const presented = textOf(data['receipt_id']);
  if (receipt?.id !== presented)
    return [{ code: 'effect_without_receipt', what: `no receipt ${shown(presented)} was issued for it` }];
  if (data['operation_id'] !== lastPartOf(stream))
    return [{ code: 'effect_without_receipt', what: 'it starts another operation than its receipt allows' }];
  if (receipt.state === 'consumed')
    return [{ code: 'receipt_reused', what: `the receipt ${receipt.id} was consumed before` }];
  if (receipt.state !== 'live')
    return [
      { code: 'effect_without_receipt', what: `its receipt ${receipt.id} was ${receipt.state} before` },
    ];
  const startedMs = timeMsOf(event['time']);
  if (!(startedMs <= timeMsOf(receipt.expiresAt) + limits.clockSkewMsMax))
    return [
      { code: 'receipt_outlived', what: `its receipt ${receipt.id} ran out at ${shown(receipt.expiresAt)}` },
    ];
  return [];
}

/** Laws D1, X1 and P6 at whatever follows a start: it is of the execution that the start opened, and of its receipt. */
export function outcomeFaults(operation: OpenOperation, { event, data }: OperationEvent): Broken[] {
  if (event['mode'] !== 'prod')
    return [{ code: 'dry_run_shipped', what: 'an effect is told of in a run that is not prod' }];
  const { execution, receipt } = operation;
  if (execution === undefined || data['execution_id'] !== execution)
    return [{ code: 'outcome_without_start', what: 'no operation.started opened this execution' }];
  const audit = data['audit'] === undefined ? data['receipt_id'] : membersOf(data['audit'])['receipt_id'];
  if (audit !== undefined && audit !== receipt?.id)
    return [
      { code: 'audit_misbound', what: `it names another receipt than the one consumed, ${receipt?.id}` },
    ];
  return [];
}

/**
 * Law P6 at whatever has an audit record: it tells of the operation it stands with. Not asked where something worse was found,
 * which makes the rest follow.
 */
export function auditFaults({ planned }: OpenOperation, { stream, event, data }: OperationEvent): Broken[] {
  if (data['audit'] === undefined) return [];
  const audit = membersOf(data['audit']);
  const { kind, repository } = planned;
  const expected: readonly (readonly [string, unknown])[] = [
    ['run_id', runOf(stream)],
    ['operation_id', lastPartOf(stream)],
    // A refusal tells what it refused, which may be that the receipt was of another mode than its run.
    ['mode', event['type'] === 'operation.refused' ? audit['mode'] : event['mode']],
    ['operation_kind', kind === '' ? audit['operation_kind'] : kind],
    ['repository', repository === '' ? audit['repository'] : repository],
  ];
  const wrong = expected.find(([member, value]) => audit[member] !== value);
  if (wrong === undefined) return [];
  const [member, value] = wrong;
  const [said, meant] = [textOf(audit[member]), textOf(value)].map(shown);
  return [
    { code: 'audit_untrue', what: `its record says ${member} ${said}, and its operation’s is ${meant}` },
  ];
}
