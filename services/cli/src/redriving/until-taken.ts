import { type EventOf, type MarketOpsEvent, runStream } from '@marketops/contracts';
import type { Invocation } from '../command.js';
import { CliError } from '../errors.js';
import { followRun } from '../reading/follow.js';
import type { Blobs } from '../reading/inline-or-blob.js';
import type { Live } from '../reading/live.js';
import type { RunRecord } from '../reading/run-record.js';
import { eventLines } from '../render/event-line.js';

export interface Taken {
  /** The operations that were opened again. */
  readonly redriven: readonly string[];
  /** The run's next end, where it was waited for. */
  readonly completed: EventOf<'run.completed'> | undefined;
}

/**
 * Tells what happens to a run after an order, until every operation is open again; to the run's next end where that is wanted.
 * @throws CliError `redrive_not_taken` where the run ends with nothing opened; `timed_out`
 */
export async function untilTaken(
  { output, signal }: Pick<Invocation, 'output' | 'signal'>,
  the: {
    readonly live: Live;
    readonly blobs: Blobs;
    readonly record: RunRecord;
    readonly order: EventOf<'run.redriven'>;
    readonly expected: readonly string[];
    readonly toEnd: boolean;
    readonly timeoutMs: number;
  },
): Promise<Taken> {
  const { live, blobs, record, order, expected, toEnd, timeoutMs } = the;
  const { runId } = record;
  const known = new Set(record.events.map(({ event }) => event.id));
  const line = eventLines(output.paintNote);
  const redriven: string[] = [];
  let completed: EventOf<'run.completed'> | undefined;
  for await (const event of followRun({ live, blobs, runId, signal, timeoutMs })) {
    if (known.has(event.id)) continue;
    output.note(line(event));
    if (isOf(order, event)) redriven.push(event.data.operation_id);
    if (event.type === 'run.completed' && event.stream === runStream(runId)) completed = event;
    if (!toEnd && redriven.length >= expected.length) break;
  }
  if (redriven.length > 0) return { redriven, completed };
  throw new CliError(
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
