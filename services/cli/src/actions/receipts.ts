import { RepositoryFullName } from '@marketops/contracts';
import { loadConfig } from '@marketops/engine';
import { listReceipts, openRuns, receiptJson } from '@marketops/operator';
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
      receipts: page.receipts.map((found) => ({
        ...receiptJson(found),
        operation: found.operation.operation ?? null,
      })),
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
