import {
  coversOperation,
  type MarketOpsEvent,
  type OperationSet,
  operationStream,
} from '@marketops/contracts';
import type { Invocation } from '../command.js';
import { followRun } from '../reading/follow.js';
import type { Live } from '../reading/live.js';
import type { Runs } from '../reading/runs.js';
import { eventLines } from '../render/event-line.js';
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
 * @throws CliError `timed_out`
 */
export async function untilAnswered(
  { output, signal }: Invocation,
  the: {
    readonly live: Live;
    readonly runs: Pick<Runs, 'blobs'>;
    readonly shown: ShownPlan;
    readonly set: OperationSet;
    readonly timeoutMs: number;
  },
): Promise<Record<string, string>> {
  const { live, runs, shown, set, timeoutMs } = the;
  const { runId, operations } = shown.record;
  const stand = new Map(operations.map(({ id, state }) => [operationStream(runId, id), state.lastSeq]));
  const awaited = new Map(
    operations
      .filter(({ id, state }) => coversOperation(set, id) && state.phase === 'planned')
      .map(({ id }) => [operationStream(runId, id), id]),
  );
  const told: Record<string, string> = {};
  if (awaited.size === 0) return told;
  const line = eventLines(output.paintNote);
  for await (const event of followRun({ live, blobs: runs.blobs, runId, signal, timeoutMs })) {
    if (event.seq <= (stand.get(event.stream) ?? shown.record.run.lastSeq)) continue;
    output.note(line(event));
    const id = awaited.get(event.stream);
    if (id !== undefined && answers.has(event.type)) told[id] = event.type;
    if (Object.keys(told).length === awaited.size) break;
  }
  return told;
}
