import { type EventOf, type MarketOpsEvent, runStream } from '@marketops/contracts';
import { OperatorError } from '../errors.js';
import { followRun } from '../runs/follow.js';
import type { RunRecord } from '../runs/run-record.js';
import type { Blobs } from '../system/inline-or-blob.js';
import type { Live } from '../system/live.js';

export interface Taken {
  /** The operations that were opened again. */
  readonly redriven: readonly string[];
  /** The run's next end, where it was waited for. */
  readonly completed: EventOf<'run.completed'> | undefined;
}

/**
 * Tells what happens to a run after an order, until every operation is open again; to the run's next end where that is wanted.
 * @throws OperatorError `redrive_not_taken` where the run ends with nothing opened; `timed_out`
 */
export async function untilTaken(the: {
  readonly live: Live;
  readonly blobs: Blobs;
  readonly record: RunRecord;
  readonly order: EventOf<'run.redriven'>;
  readonly expected: readonly string[];
  readonly toEnd: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Hears every event that comes meanwhile. */
  readonly onEvent: (event: MarketOpsEvent) => void;
}): Promise<Taken> {
  const { live, blobs, record, order, expected, toEnd, timeoutMs, signal, onEvent } = the;
  const { runId } = record;
  const known = new Set(record.events.map(({ event }) => event.id));
  const redriven: string[] = [];
  let completed: EventOf<'run.completed'> | undefined;
  for await (const event of followRun({ live, blobs, runId, signal, timeoutMs })) {
    if (known.has(event.id)) continue;
    onEvent(event);
    if (isOf(order, event)) redriven.push(event.data.operation_id);
    if (event.type === 'run.completed' && event.stream === runStream(runId)) completed = event;
    if (!toEnd && redriven.length >= expected.length) break;
  }
  if (redriven.length > 0) return { redriven, completed };
  throw new OperatorError(
    'redrive_not_taken',
    `the planner did not act on the order ${order.data.command.command_id}`,
    {
      next: 'See why in the planner’s log; mostly the order had run out. Order it again.',
    },
  );
}

const isOf = (
  { data }: EventOf<'run.redriven'>,
  event: MarketOpsEvent,
): event is EventOf<'operation.redriven'> & MarketOpsEvent =>
  event.type === 'operation.redriven' && event.data.command_id === data.command.command_id;
