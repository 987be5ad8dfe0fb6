import { RepositoryFullName } from '@marketops/contracts';
import { loadConfig } from '@marketops/engine';
import { type FoundReceipt, listReceipts, openRuns, repositoryOf } from '@marketops/operator';
import { parseCursor, parsed, parseRunId } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { ReceiptsFlags } from '../commands/receipts.js';
import { exitCodes } from '../exit-codes.js';
import { renderReceiptList } from '../render/receipts.js';

export async function receipts(
  { output, env, configPath }: Invocation,
  _args: readonly string[],
  flags: ReceiptsFlags,
): Promise<number> {
  const query = {
    runId: flags.run === undefined ? undefined : parseRunId(flags.run),
    state: flags.state,
    repository: flags.repository === undefined ? undefined : parseRepository(flags.repository),
    limit: flags.limit,
    after: flags.after === undefined ? undefined : parseCursor(flags.after),
  };
  const runs = await openRuns(loadConfig(configPath, env), env);
  try {
    const page = await listReceipts(runs, query);
    output.document({
      redis: runs.live === undefined ? 'not reachable' : 'reachable',
      receipts: page.receipts.map(asJson),
      next: page.next ?? null,
    });
    renderReceiptList(output, page.receipts);
    if (page.next !== undefined) output.note(`There is more: --after ${page.next}`);
    if (runs.live === undefined)
      output.note('Redis does not answer: these are the receipts that the ledger has.');
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}

/** @throws CliError `usage_invalid` */
const parseRepository = (text: string): string =>
  parsed(RepositoryFullName, '--repository', text, 'Write it as owner/name.').toLowerCase();

function asJson({ record, operation, lifecycle }: FoundReceipt) {
  const { receipt, state, issued, consumed, expired, revoked, supersededBy } = lifecycle;
  return {
    receipt_id: receipt.receipt_id,
    state,
    run_id: receipt.run_id,
    operation_id: receipt.operation_id,
    operation_kind: receipt.operation_kind,
    repository: repositoryOf(record, operation.id) ?? null,
    operation: operation.operation ?? null,
    tenant_id: receipt.tenant_id,
    issued_at: receipt.issued_at,
    expires_at: receipt.expires_at,
    consumed_at: consumed?.event.time ?? null,
    expired_at: expired?.event.time ?? null,
    revoked_at: revoked?.event.time ?? null,
    supersedes: receipt.supersedes ?? null,
    superseded_by: supersededBy?.event.data.receipt.receipt_id ?? null,
    key_id: receipt.key_id,
    epoch: receipt.epoch,
    ledger_sequence: issued.sequence ?? null,
  };
}
