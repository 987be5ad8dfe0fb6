import { ReceiptId } from '@marketops/contracts';
import type { RunRecord } from '../runs/run-record.js';
import type { Runs } from '../runs/runs.js';
import { unfinishedRuns } from '../runs/unfinished-runs.js';
import { type FoundReceipt, findReceipt, nowOf } from './receipts-find.js';
import { lifecyclesOf, type ReceiptState } from './receipts-lifecycle.js';

export interface ReceiptQuery {
  readonly runId?: string | undefined;
  readonly state?: ReceiptState | undefined;
  /** `owner/name` in lower case. */
  readonly repository?: string | undefined;
  readonly limit: number;
  /** The cursor of the page before. */
  readonly after?: string | undefined;
}

export interface ReceiptPage {
  readonly receipts: readonly FoundReceipt[];
  /** Where the next page begins; undefined where this one is the last. */
  readonly next: string | undefined;
}

/** A page ends after this many runs, found or not: a filter that fits nothing must not read the whole ledger at once. */
const runsPerPageMax = 500;
const runsAtOnce = 50;

/**
 * Receipts that fit, those of the newest runs first; within a run in the order of the plan. A page's cursor is the last
 * receipt given, or the last run looked at.
 * @throws OperatorError `run_not_found`, `receipt_not_found`
 */
export async function listReceipts(runs: Runs, query: ReceiptQuery): Promise<ReceiptPage> {
  const start = await startOf(runs, query.after);
  const found: FoundReceipt[] = [];
  const looked = new Set<string>();
  for await (const runId of runIds(runs, query.runId, start.runId)) {
    // One that the ledger took while we looked comes twice.
    if (looked.has(runId)) continue;
    looked.add(runId);
    if (runId === start.runId && start.receiptId === undefined) continue;
    const record = await runs.read(runId);
    const all = receiptsOf(runs, record);
    const from =
      runId === start.runId
        ? all.findIndex(({ lifecycle }) => lifecycle.receipt.receipt_id === start.receiptId) + 1
        : 0;
    for (const one of all.slice(from)) {
      if (!fits(one, query)) continue;
      // One more than was asked for is what tells that there is more.
      if (found.length === query.limit) return { receipts: found, next: cursorOf(found.at(-1)) };
      found.push(one);
    }
    if (looked.size >= runsPerPageMax) return { receipts: found, next: runId };
  }
  return { receipts: found, next: undefined };
}

const cursorOf = (last: FoundReceipt | undefined): string | undefined => last?.lifecycle.receipt.receipt_id;

const receiptsOf = (runs: Runs, record: RunRecord): FoundReceipt[] =>
  record.operations.flatMap((operation) =>
    lifecyclesOf(operation, nowOf(runs)).map((lifecycle) => ({ record, operation, lifecycle })),
  );

function fits({ record, operation, lifecycle }: FoundReceipt, { state, repository }: ReceiptQuery): boolean {
  if (state !== undefined && lifecycle.state !== state) return false;
  return repository === undefined || repositoryOf(record, operation.id)?.toLowerCase() === repository;
}

/** As the plan names it; undefined where the plan's blob is not here. */
export const repositoryOf = ({ plan }: RunRecord, operationId: string): string | undefined =>
  plan?.operations.find(({ operation_id: id }) => id === operationId)?.repository;

async function startOf(
  runs: Runs,
  after: string | undefined,
): Promise<{ readonly runId: string | undefined; readonly receiptId: string | undefined }> {
  if (after === undefined || !ReceiptId.safeParse(after).success)
    return { runId: after, receiptId: undefined };
  return { runId: (await findReceipt(runs, after)).record.runId, receiptId: after };
}

/** Runs in Redis that the ledger does not have first, then those of the ledger, newest first; `from` and on where given. */
async function* runIds(
  { ledger, live }: Runs,
  only: string | undefined,
  from: string | undefined,
): AsyncGenerator<string> {
  if (only !== undefined) return yield only;
  const started = from === undefined ? undefined : firstSequence(await ledger?.eventsOfRun(from));
  if (live !== undefined && started === undefined) {
    const pending = (await unfinishedRuns(live.store, runsPerPageMax))
      .filter((runId) => (ledger?.index.lastSeq(`run/${runId}`) ?? 0) === 0)
      .sort();
    yield* pending.slice(from === undefined ? 0 : Math.max(0, pending.indexOf(from)));
  }
  for (let before = started === undefined ? undefined : started + 1; ; ) {
    const page = ledger?.index.recentRuns({ limit: runsAtOnce, before }) ?? [];
    for (const { runId } of page) yield runId;
    before = page.at(-1)?.sequence;
    if (before === undefined) return;
  }
}

const firstSequence = (
  events: readonly { readonly sequence: number | undefined }[] = [],
): number | undefined => events[0]?.sequence;
