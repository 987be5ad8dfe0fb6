import {
  type OperationState,
  type OperatorCommand,
  operationStream,
  type Receipt,
  type RunState,
  standingOf,
} from '@marketops/contracts';
import { type Decision, isoTime, type OrderTrust, orderFault, runJob } from '@marketops/engine/deciding';
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

/**
 * The live, unused receipt that an order ends: the one it names, or the one that has replaced that since. Who signs an order
 * cannot know of a renewal that is under way: what is to be stopped is the authorization, and a renewal stands on the one
 * there was. An authorization after that (a redrive) is a new one, which no older order reaches.
 */
export function receiptToRevoke(
  { phase, issued, receipts, authorized }: OperationState,
  receiptId: string,
): Receipt | undefined {
  const live = issued?.data.receipt;
  if (phase !== 'authorized') return undefined;
  const byId = new Map(receipts.map((receipt) => [receipt.receipt_id, receipt]));
  // Each is looked at once: that none supersedes itself is federation's word, and not this function's to rely on.
  for (let at = live; at !== undefined && byId.delete(at.receipt_id); at = byId.get(at.supersedes ?? '')) {
    if (at.receipt_id === receiptId) return live;
    // The first of its authorization was minted by the same decision.
    if (at.decision_id === authorized?.data.decision_id) return undefined;
  }
  return undefined;
}

/** Only a live, unused receipt can be revoked. Pure. */
export function decideRevocation(
  { run, state }: RevocationView,
  command: OperatorCommand,
  { run_id, operation_id, receipt_id }: Revocation,
): Decision {
  const live = receiptToRevoke(state, receipt_id);
  const which =
    live === undefined || live.receipt_id === receipt_id ? 'it' : `${receipt_id}, which it replaced`;
  const why = reason(
    'receipt_revoked',
    `${command.principal} revoked ${which}: ${command.reason}`,
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
    streams:
      live === undefined
        ? []
        : [
            {
              stream: operationStream(run_id, operation_id),
              ...standingOf(state),
              events: [
                { type: 'receipt.revoked', data: { receipt_id: live.receipt_id, reason: why, command } },
              ],
            },
          ],
    jobs: live !== undefined || state.phase === 'revoked' ? [runJob(run_id)] : [],
  };
}
