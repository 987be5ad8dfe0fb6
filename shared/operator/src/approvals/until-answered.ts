import {
  coversOperation,
  type MarketOpsEvent,
  type OperationSet,
  operationStream,
} from '@marketops/contracts';
import { followRun } from '../runs/follow.js';
import type { Runs } from '../runs/runs.js';
import type { Live } from '../system/live.js';
import type { ShownPlan } from './shown-plan.js';

/** Federation's answer to an operation, or its end. */
const answers: ReadonlySet<MarketOpsEvent['type']> = new Set([
  'receipt.issued',
  'receipt.advised',
  'operation.skipped',
]);

/**
 * Tells what happens to a run until every operation of the set has its answer, or the run has ended.
 * @returns the last answer to each
 * @throws OperatorError `timed_out`
 */
export async function untilAnswered(the: {
  readonly live: Live;
  readonly runs: Pick<Runs, 'blobs'>;
  readonly shown: ShownPlan;
  readonly set: OperationSet;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Hears every event that comes meanwhile. */
  readonly onEvent: (event: MarketOpsEvent) => void;
}): Promise<Record<string, string>> {
  const { live, runs, shown, set, timeoutMs, signal, onEvent } = the;
  const { runId, operations } = shown.record;
  const stand = new Map(operations.map(({ id, state }) => [operationStream(runId, id), state.lastSeq]));
  const awaited = new Map(
    operations
      .filter(({ id, state }) => coversOperation(set, id) && state.phase === 'planned')
      .map(({ id }) => [operationStream(runId, id), id]),
  );
  const told: Record<string, string> = {};
  if (awaited.size === 0) return told;
  for await (const event of followRun({ live, blobs: runs.blobs, runId, signal, timeoutMs })) {
    if (event.seq <= (stand.get(event.stream) ?? shown.record.run.lastSeq)) continue;
    onEvent(event);
    const id = awaited.get(event.stream);
    if (id !== undefined && answers.has(event.type)) told[id] = event.type;
    if (Object.keys(told).length === awaited.size) break;
  }
  return told;
}
