import type { Output } from '../output.js';
import type { RunRecord } from '../reading/run-record.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';
import { shortDigest, shortTime } from './words.js';

/** What federation answered, operation by operation: receipts with what they authorize, advisories with why not. */
export function renderReceipts(output: Output, { operations }: RunRecord): void {
  const { paint } = output;
  const rows = operations.flatMap(({ id, state }) => [
    ...state.receipts.map((receipt) => [
      paint.bold(sanitize(id)),
      sanitize(receipt.receipt_id),
      paint.green('enforceable'),
      shortDigest(receipt.operation_digest),
      `until ${shortTime(receipt.expires_at, receipt.issued_at)}`,
      consumed(output, state.started?.data.receipt_id === receipt.receipt_id),
    ]),
    ...(state.advised === undefined
      ? []
      : [
          [
            paint.bold(sanitize(id)),
            sanitize(state.advised.data.advisory.advisory_id),
            paint.yellow('advisory'),
            digestOrNone(state.advised.data.advisory.operation_digest),
            shortTime(state.advised.data.advisory.issued_at),
            sanitize(state.advised.data.advisory.reasons.map(({ code }) => code).join(', ')),
          ],
        ]),
  ]);
  if (rows.length === 0) output.line(`  ${paint.dim('none yet')}`);
  else output.line(table(output, ['operation', 'receipt', 'is', 'authorizes', 'valid', 'use'], rows));
}

const consumed = ({ paint }: Output, isConsumed: boolean): string =>
  isConsumed ? paint.green('consumed, once') : paint.dim('not used');

const digestOrNone = (digest: string | null): string => (digest === null ? '–' : shortDigest(digest));
