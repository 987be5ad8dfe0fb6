import type { CryptoPort } from '@marketops/proof';
import type { VerdictCode } from '../journal/errors.js';
import { bindingOf, type Members, membersOf, type OpenOperation, shown, textOf, timeMsOf } from './record.js';

/** A law broken, and how, as half a sentence. */
export interface Broken {
  readonly code: VerdictCode;
  readonly what: string;
}

/** An event on an operation's stream. */
export interface OperationEvent {
  readonly stream: string;
  readonly event: Members;
  readonly data: Members;
}

/** The system whose log it is: a receipt is for one system, and says which. */
export interface MeantSystem {
  readonly environment: string;
  readonly logOrigin: string;
}

/** Law F2: a decision by policy stands before the receipt and is the one it names, or it renews one that expired. */
function policyFault(operation: OpenOperation, receipt: Members): string | undefined {
  const { authorization, receipt: before, lastReceiptId, execution } = operation;
  if (authorization === undefined) return 'no operation.authorized stands before it';
  if (execution !== undefined) return 'what an earlier receipt allowed has started and has not ended';
  if (authorization.used && before?.state !== 'expired')
    return 'its authorization has a receipt already, and it does not renew an expired one';
  if ((receipt['supersedes'] ?? '') !== lastReceiptId)
    return 'it does not supersede the receipt that was issued here before';
  if (!(timeMsOf(receipt['expires_at']) <= timeMsOf(authorization.validUntil)))
    return `it outlives its authorization (${shown(authorization.validUntil)})`;
  if (authorization.used) return undefined;
  const names =
    receipt['decision_id'] === authorization.decision &&
    receipt['policy_digest'] === authorization.policy &&
    receipt['evidence_digest'] === authorization.evidence;
  return names ? undefined : 'it names another decision, policy or evidence than its authorization';
}

/** Laws D1, P4, R1 and F2 at a `receipt.issued`; its signature (F1) is asked for elsewhere. */
export function issuanceFaults(
  crypto: CryptoPort,
  operation: OpenOperation,
  { stream, event, data }: OperationEvent,
  { environment, logOrigin }: MeantSystem,
): Broken[] {
  const receipt = membersOf(data['receipt']);
  const broken: Broken[] = [];
  if (event['mode'] !== 'prod' || receipt['mode'] !== 'prod' || receipt['enforceable'] !== true)
    broken.push({ code: 'dry_run_shipped', what: 'an enforceable receipt in a run that is not prod' });
  const binding = bindingOf(crypto, {
    mode: receipt['mode'],
    kind: receipt['operation_kind'],
    operationDigest: receipt['operation_digest'],
    planDigest: receipt['plan_digest'],
  });
  const standsHere =
    stream === `op/${textOf(receipt['run_id'])}/${textOf(receipt['operation_id'])}` &&
    receipt['tenant_id'] === event['tenant_id'];
  if (!standsHere || binding !== operation.binding)
    broken.push({
      code: 'receipt_misbound',
      what: 'the receipt is for another operation than the one planned here',
    });
  const audience = membersOf(receipt['audience']);
  if (audience['environment'] !== environment || audience['log_origin'] !== logOrigin)
    broken.push({ code: 'receipt_misbound', what: 'the receipt is for another system than this log is of' });
  if (operation.lastReceiptId !== '' && textOf(receipt['receipt_id']) === operation.lastReceiptId)
    broken.push({ code: 'receipt_reused', what: `the receipt ${operation.lastReceiptId} was issued before` });
  const policy = policyFault(operation, receipt);
  if (policy !== undefined)
    broken.push({ code: 'receipt_without_policy', what: `a receipt without policy: ${policy}` });
  return broken;
}
