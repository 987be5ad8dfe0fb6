import { type EventOf, runStream } from '@marketops/contracts';
import {
  type AwaitedEvent,
  HoldError,
  isoTime,
  type OrderTrust,
  whyNoOrder,
} from '@marketops/engine/deciding';
import type { RunView } from './decide-run.js';

/** The ledger's word that an event stands, with everything before it: `Acknowledgements.waitFor`. */
export type Vouching = (stream: string, awaited: AwaitedEvent, timeoutMs: number) => Promise<boolean>;

type Redriven = EventOf<'run.redriven'>;

/** An order to redrive that has opened its run, and what it is worth. */
export interface JudgedOrder {
  readonly event: Redriven;
  /** Why it does not count; undefined where it does. */
  readonly fault: string | undefined;
}

const waitMs = 2_000;

/**
 * The order that opened the run and has not been answered; undefined for none. It is answered by what it redrives, or by the
 * run's next end.
 */
export function openOrder({ run, plan, operations }: RunView): Redriven | undefined {
  const order = run.redriven;
  if (order === undefined || run.status !== 'planned' || plan === null) return undefined;
  const { command_id } = order.data.command;
  const isAnswered = [...operations.values()].some(
    ({ redriven }) => redriven?.data.command_id === command_id,
  );
  return isAnswered ? undefined : order;
}

/**
 * What an order is worth now. A carrier says it is one; only the operator's signature makes it one, for this run, once, and
 * for as long as it says. Pure.
 */
export function redriveFault(
  trust: OrderTrust,
  { runId, run }: Pick<RunView, 'runId' | 'run'>,
  { seq, data: { principal, command } }: Redriven,
  nowMs: number,
): string | undefined {
  const { action } = command;
  if (action.kind !== 'redrive') return 'the order is not one to redrive';
  if (action.run_id !== runId) return 'the order is for another run';
  if (command.principal !== principal) return 'the order is somebody else’s';
  const used = run.redriveOrders.some(
    (earlier) => earlier.seq < seq && earlier.data.command.command_id === command.command_id,
  );
  if (used) return 'the order has been used';
  // The carrier chooses the event's time; the planner's own clock says whether the order still counts.
  return whyNoOrder(trust, command, isoTime(nowMs));
}

/**
 * Judges an order, and waits for the ledger's word on the run up to it: whoever can write Redis can cut a run back to behind
 * an order it has already obeyed.
 * @param digests the running digests of the run's stream
 * @throws HoldError while the ledger has not vouched for a good one
 */
export async function judgeOrder(
  the: {
    readonly trust: OrderTrust;
    readonly vouches: Vouching;
    readonly nowMs: number;
    readonly holdMs: number;
  },
  view: RunView,
  digests: readonly string[],
  event: Redriven,
): Promise<JudgedOrder> {
  const fault = redriveFault(the.trust, view, event, the.nowMs);
  if (fault !== undefined) return { event, fault };
  const awaited = { seq: event.seq, digest: digests[event.seq - 1] ?? '' };
  if (await the.vouches(runStream(view.runId), awaited, waitMs)) return { event, fault: undefined };
  throw new HoldError('the ledger has not vouched for the order to redrive', the.holdMs);
}
