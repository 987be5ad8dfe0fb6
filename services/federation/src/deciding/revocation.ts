import {
  type OperationState,
  type OperatorCommand,
  operationStream,
  type RunState,
} from '@marketops/contracts';
import { type Decision, isoTime, type OrderTrust, orderFault, runJob } from '@marketops/engine';
import { FederationError } from '../errors.js';
import { reason } from './reason.js';

/** The operation an order is about, with its run. */
export interface RevocationView {
  readonly run: RunState;
  readonly state: OperationState;
}

type Revocation = Extract<OperatorCommand['action'], { kind: 'revoke_receipt' }>;

/**
 * Whether an order to revoke counts now. Any registered approver may give it: stopping takes one person.
 * @throws FederationError `order_refused`; ProofError as `verifyCommand`
 */
export function checkOrder(trust: OrderTrust, command: OperatorCommand, nowMs: number): Revocation {
  const { action } = command;
  if (action.kind !== 'revoke_receipt') throw refused('the order is not one to revoke a receipt');
  const fault = orderFault(trust, command, isoTime(nowMs));
  if (typeof fault === 'string') throw refused(fault);
  if (fault !== undefined) throw fault;
  return action;
}

const refused = (why: string): FederationError =>
  new FederationError('order_refused', why, {
    next: 'Give the order again: marketops receipt revoke.',
  });

/** Only the live, unused receipt can be revoked: what has started has consumed it. Pure. */
export function decideRevocation(
  { run, state }: RevocationView,
  command: OperatorCommand,
  { run_id, operation_id, receipt_id }: Revocation,
): Decision {
  const isLive = state.phase === 'authorized' && state.issued?.data.receipt.receipt_id === receipt_id;
  const why = reason(
    'receipt_revoked',
    `${command.principal} revoked it: ${command.reason}`,
    'Submit the plan again under a new idempotency key, if it should ship after all.',
  );
  return {
    context: {
      tenantId: run.tenantId,
      runId: run_id,
      mode: run.mode,
      causationId: `order:${command.command_id}`,
      correlationId: run_id,
    },
    streams: isLive
      ? [
          {
            stream: operationStream(run_id, operation_id),
            afterSeq: state.lastSeq,
            events: [{ type: 'receipt.revoked', data: { receipt_id, reason: why, command } }],
          },
        ]
      : [],
    jobs: isLive || state.phase === 'revoked' ? [runJob(run_id)] : [],
  };
}
