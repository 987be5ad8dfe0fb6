import type {
  CheckNow,
  CheckOccasion,
  CheckResult,
  FoundReceipt,
  PrecedingApproval,
} from '@marketops/operator';
import type { ReceiptLifecycle } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { renderTimedChecks } from './checks.js';
import { whatOf } from './plan.js';
import { stateText } from './receipts.js';
import { section } from './section.js';
import { table } from './table.js';

/** Everything that is known of one receipt. */
export interface ShownReceipt extends FoundReceipt {
  /** What its Ed25519 signature is worth, by the public keyring alone. */
  readonly signature: CheckNow | undefined;
  readonly approvals: readonly PrecedingApproval[];
  /** The checks asked again for the time of the start; empty where it was not used. */
  readonly atStart: readonly CheckResult[];
  readonly occasions: readonly CheckOccasion[];
  readonly now: readonly CheckNow[];
}

export function renderReceipt(output: Output, shown: ShownReceipt): void {
  renderHead(output, shown);
  section(output, 'Rests on');
  renderGrounds(output, shown);
  section(output, 'Lifecycle');
  renderLifecycle(output, shown.lifecycle);
  section(output, 'The twelve checks');
  renderTimedChecks(output, shown);
}

function row({ line, paint }: Output, name: string, text: string): void {
  line(`  ${paint.dim(name.padEnd(11))} ${text}`);
}

function renderHead(output: Output, { lifecycle, operation, signature }: ShownReceipt): void {
  const { receipt, state } = lifecycle;
  const { environment, api_origin: api, log_origin: log } = receipt.audience;
  output.line(output.paint.bold(sanitize(receipt.receipt_id)));
  row(output, 'state', stateText(output, state));
  row(output, 'authorizes', `${sanitize(receipt.operation_kind)}: ${whatOf(operation.operation)}`);
  row(output, 'operation', `${sanitize(receipt.operation_id)} of ${sanitize(receipt.run_id)}`);
  row(output, 'digest', receipt.operation_digest);
  row(output, 'plan', receipt.plan_digest);
  row(output, 'tenant', sanitize(receipt.tenant_id));
  row(output, 'counts in', sanitize(`${environment}, ${api}, ${log}, epoch ${receipt.epoch}`));
  row(output, 'valid', `${receipt.not_before} until ${receipt.expires_at}`);
  row(output, 'minted by', sanitize(`${receipt.issuer} with ${receipt.key_id} and ${receipt.hmac_key_id}`));
  const holds = signature?.verdict === 'holds';
  const verdict = holds ? output.paint.green('holds') : output.paint.red('DOES NOT HOLD');
  row(output, 'signature', `${verdict}, ${sanitize(signature?.evidence ?? 'not asked', 300)}`);
}

function renderGrounds(output: Output, { lifecycle: { receipt }, approvals }: ShownReceipt): void {
  row(output, 'policy', receipt.policy_digest);
  row(output, 'evidence', receipt.evidence_digest);
  row(output, 'decision', receipt.decision_id);
  if (approvals.length === 0) row(output, 'approvals', 'none were given');
  for (const { said, approval, time, fault } of approvals) {
    const held =
      fault === undefined ? 'signature holds' : output.paint.red(`signature: ${sanitize(fault, 200)}`);
    row(
      output,
      'approval',
      `${said} by ${sanitize(approval.approver)} with ${sanitize(approval.key_id)}, ${time}, ${held}`,
    );
  }
}

function renderLifecycle(output: Output, lifecycle: ReceiptLifecycle): void {
  const { receipt, issued, consumed, expired, revoked, supersededBy } = lifecycle;
  const entry = (sequence: number | undefined) => (sequence === undefined ? 'not yet' : `#${sequence}`);
  const rows = [
    [
      issued.event.time,
      entry(issued.sequence),
      'issued',
      receipt.supersedes ? `supersedes ${receipt.supersedes}` : '',
    ],
    ...(consumed === undefined
      ? []
      : [
          [
            ...[consumed.event.time, entry(consumed.sequence)],
            ...['consumed', `by the start of execution ${consumed.event.data.execution_id}`],
          ],
        ]),
    ...(expired === undefined
      ? []
      : [[expired.event.time, entry(expired.sequence), 'expired', expired.event.data.reason.message]]),
    ...(revoked === undefined
      ? []
      : [[revoked.event.time, entry(revoked.sequence), 'revoked', revokedText(revoked.event.data)]]),
    ...(supersededBy === undefined
      ? []
      : [
          [
            ...[supersededBy.event.time, entry(supersededBy.sequence)],
            ...['superseded', `by ${supersededBy.event.data.receipt.receipt_id}`],
          ],
        ]),
  ];
  output.line(
    table(
      output,
      ['time', 'entry', 'is', 'what'],
      rows.map((cells) => cells.map((cell) => sanitize(cell, 300))),
    ),
  );
  if (issued.sequence === undefined) {
    output.line(
      `  ${output.paint.dim('The ledger has not acknowledged its issuance yet: nothing starts on it.')}`,
    );
  }
}

const revokedText = ({
  command,
  reason,
}: {
  readonly command: { readonly principal: string; readonly reason: string } | null;
  readonly reason: { readonly message: string };
}): string => (command === null ? reason.message : `by ${command.principal}: ${command.reason}`);
