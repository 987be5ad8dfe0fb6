import { OperatorError } from '../errors.js';
import type { OperationRecord, RunRecord } from '../runs/run-record.js';
import type { Runs } from '../runs/runs.js';
import { unfinishedRuns } from '../runs/unfinished-runs.js';
import { lifecyclesOf, type Now, type ReceiptLifecycle } from './receipts-lifecycle.js';

/** One receipt with everything it belongs to. */
export interface FoundReceipt {
  readonly record: RunRecord;
  readonly operation: OperationRecord;
  readonly lifecycle: ReceiptLifecycle;
}

/** What the ledger does not have yet is looked for in this many runs of Redis. */
const pendingRunsMax = 1_000;

/** The time by this machine's clock, and the ledger's epoch. */
export const nowOf = ({ ledger }: Pick<Runs, 'ledger'>): Now => ({
  ms: Date.now(),
  epoch: ledger?.index.head()?.epoch,
});

/**
 * Finds a receipt by its id: by the ledger's index, else in the runs that are under way.
 * @throws OperatorError `receipt_not_found`
 */
export async function findReceipt(runs: Runs, receiptId: string): Promise<FoundReceipt> {
  for await (const runId of candidates(runs, receiptId)) {
    const record = await runs.read(runId);
    for (const operation of record.operations) {
      const lifecycle = lifecyclesOf(operation, nowOf(runs)).find(
        ({ receipt }) => receipt.receipt_id === receiptId,
      );
      if (lifecycle !== undefined) return { record, operation, lifecycle };
    }
  }
  const away = runs.live === undefined ? ' in the ledger, and Redis does not answer' : '';
  throw new OperatorError('receipt_not_found', `there is no receipt ${receiptId}${away}`, {
    next: 'marketops receipts lists the receipts there are; check that --config names the right system.',
  });
}

async function* candidates({ ledger, live }: Runs, receiptId: string): AsyncGenerator<string> {
  const entry = await ledger?.index.entryOfReceipt(receiptId);
  const runId = entry?.entry.event['run_id'];
  // The index is believed in nothing: the run's events are verified when they are read.
  if (typeof runId === 'string') yield runId;
  if (live !== undefined) yield* await unfinishedRuns(live.store, pendingRunsMax);
}
