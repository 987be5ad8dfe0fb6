import type { FoundReceipt, RunRecord } from '@marketops/operator';
import {
  lifecyclesOf,
  type ReceiptLifecycle,
  type ReceiptState,
  shortDigest,
  shortTime,
} from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { whatOf } from './plan.js';
import { table } from './table.js';

/** What federation answered, operation by operation: receipts with what they authorize, advisories with why not. */
export function renderReceipts(output: Output, { operations }: RunRecord): void {
  const { paint } = output;
  const now = { ms: Date.now(), epoch: undefined };
  const rows = operations.flatMap((operation) => [
    ...lifecyclesOf(operation, now).map(({ receipt, state }) => [
      paint.bold(sanitize(operation.id)),
      sanitize(receipt.receipt_id),
      paint.green('enforceable'),
      shortDigest(receipt.operation_digest),
      `until ${shortTime(receipt.expires_at, receipt.issued_at)}`,
      state === 'consumed' ? paint.green('consumed, once') : stateText(output, state),
    ]),
    ...(operation.state.advised === undefined
      ? []
      : [
          [
            paint.bold(sanitize(operation.id)),
            sanitize(operation.state.advised.data.advisory.advisory_id),
            paint.yellow('advisory'),
            digestOrNone(operation.state.advised.data.advisory.operation_digest),
            shortTime(operation.state.advised.data.advisory.issued_at),
            sanitize(operation.state.advised.data.advisory.reasons.map(({ code }) => code).join(', ')),
          ],
        ]),
  ]);
  if (rows.length === 0) output.line(`  ${paint.dim('none yet')}`);
  else output.line(table(output, ['operation', 'receipt', 'is', 'authorizes', 'valid', 'use'], rows));
}

/** Receipts of any runs, each with its state and what it authorizes. */
export function renderReceiptList(output: Output, receipts: readonly FoundReceipt[]): void {
  const { paint } = output;
  const rows = receipts.map(({ operation, lifecycle }) => {
    const { receipt, state } = lifecycle;
    return [
      sanitize(receipt.receipt_id),
      stateText(output, state),
      receipt.issued_at.replace('T', ' ').slice(0, 19),
      shortTime(endOf(lifecycle), receipt.issued_at),
      sanitize(receipt.run_id),
      paint.bold(sanitize(operation.id)),
      sanitize(receipt.key_id),
      `${sanitize(receipt.operation_kind)}: ${whatOf(operation.operation)}`,
    ];
  });
  if (rows.length === 0) output.line('No receipts.');
  else {
    const head = ['receipt', 'state', 'issued (UTC)', 'end', 'run', 'operation', 'key', 'authorizes'];
    output.line(table(output, head, rows, 0));
  }
}

/** When its use was over, or will be. */
const endOf = ({ receipt, consumed, expired, revoked }: ReceiptLifecycle): string =>
  (consumed ?? revoked ?? expired)?.event.time ?? receipt.expires_at;

/** A receipt's state as it is to be taken. */
export function stateText({ paint }: Output, state: ReceiptState): string {
  switch (state) {
    case 'issued':
      return paint.bold('issued');
    case 'consumed':
      return paint.green('consumed');
    case 'expired':
    case 'superseded':
      return paint.dim(state);
    case 'revoked':
      return paint.yellow('revoked');
  }
}

const digestOrNone = (digest: string | null): string => (digest === null ? '–' : shortDigest(digest));
