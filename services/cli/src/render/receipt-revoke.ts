import type { FoundReceipt } from '@marketops/operator';
import type { ReceiptLifecycle } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { whatOf } from './plan.js';

/** What is about to be taken back. */
export function renderReceiptBrief(
  output: Output,
  { lifecycle: { receipt }, operation }: FoundReceipt,
  principal: string,
): void {
  const { run_id, operation_id, operation_kind, receipt_id, expires_at } = receipt;
  output.note(`${output.paintNote.bold(sanitize(receipt_id))}, valid until ${expires_at}`);
  output.note(`  authorizes ${sanitize(operation_kind)}: ${whatOf(operation.operation)}`);
  output.note(`  operation  ${sanitize(operation_id)} of ${sanitize(run_id)}`);
  output.note(`  revoked by ${sanitize(principal)}`);
}

export function renderEndedReceipt(output: Output, lifecycle: ReceiptLifecycle): void {
  const { receipt, state, consumed, revoked, supersededBy } = lifecycle;
  const id = sanitize(receipt.receipt_id);
  switch (state) {
    case 'revoked':
      output.line(
        `${id} is ${output.paint.green('revoked')} since ${revoked?.event.time ?? ''}. It never passes the gate.`,
      );
      return;
    case 'consumed':
      output.line(
        `${id} was ${output.paint.yellow('used already')}, at ${consumed?.event.time ?? ''}: its operation has started.`,
      );
      return;
    case 'superseded':
      output.line(
        `${id} was superseded already: the live one is ${sanitize(supersededBy?.event.data.receipt.receipt_id ?? '')}.`,
      );
      return;
    default:
      output.line(`${id} expired unused. To keep it from being renewed: marketops cancel ${receipt.run_id}.`);
  }
}
