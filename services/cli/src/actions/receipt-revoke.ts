import { loadConfig } from '@marketops/engine';
import {
  findReceipt,
  liveOf,
  openOperator,
  openRuns,
  orderRevocation,
  untilEnded,
} from '@marketops/operator';
import { parseReceiptId, type ReceiptLifecycle } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { RevokeFlags } from '../commands/receipt-revoke.js';
import { exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { confirm, refuseUnasked } from '../people/confirm.js';
import { renderEndedReceipt, renderReceiptBrief } from '../render/receipt-revoke.js';

export async function revokeReceipt(
  { output, env, configPath, signal }: Invocation,
  [text = '']: readonly string[],
  flags: RevokeFlags,
): Promise<number> {
  const receiptId = parseReceiptId(text);
  const asking = { yes: flags.yes === true, json: output.json, signal };
  refuseUnasked(asking);
  const loaded = loadConfig(configPath, env);
  const operator = openOperator(loaded, env, flags);
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs);
    const found = await findReceipt(runs, receiptId);
    if (found.lifecycle.state !== 'issued') return ended(output, found.lifecycle);
    renderReceiptBrief(output, found, operator.principal);
    await confirm('Revoke this receipt?', asking);
    const { run_id, operation_id, receipt_id } = found.lifecycle.receipt;
    const command = operator.order({ kind: 'revoke_receipt', run_id, operation_id, receipt_id });
    await orderRevocation(loaded, live, command);
    if (!flags.wait) {
      output.document({ receipt_id: receiptId, state: 'issued', revocation: 'ordered', command });
      output.line(`Ordered. See what becomes of it with: marketops receipt show ${receiptId}`);
      return exitCodes.held;
    }
    return ended(output, await untilEnded(live, command, { timeoutMs: flags.timeout * 1_000, signal }));
  } finally {
    await runs.close();
  }
}

function ended(output: Output, lifecycle: ReceiptLifecycle): number {
  const { receipt, state, revoked, consumed } = lifecycle;
  output.document({
    receipt_id: receipt.receipt_id,
    state,
    revocation: state === 'revoked' ? 'done' : 'too_late',
    revoked_by: revoked?.event.data.command?.principal ?? null,
    time: (revoked ?? consumed)?.event.time ?? null,
  });
  renderEndedReceipt(output, lifecycle);
  return state === 'revoked' ? exitCodes.held : exitCodes.otherOutcome;
}
