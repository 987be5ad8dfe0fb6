import {
  evolveOperation,
  evolveRun,
  initialOperation,
  initialRun,
  type MarketOpsEvent,
  type OperationState,
  type RunState,
} from '@marketops/contracts';
import type { RecordedEvent } from '../source/recorded.js';

/** Whose state an event changes. */
export type Subject =
  | { readonly kind: 'run'; readonly before: RunState; readonly after: RunState }
  | {
      readonly kind: 'operation';
      readonly operationId: string;
      readonly before: OperationState;
      readonly after: OperationState;
    };

/** A run with its operations as they stood after some of its events. Immutable. */
export interface RunAsOf {
  readonly run: RunState;
  readonly operations: ReadonlyMap<string, OperationState>;
  /** The newest time of any event so far; empty before the first. */
  readonly lastEventAt: string;
}

export const beforeAnything: RunAsOf = { run: initialRun, operations: new Map(), lastEventAt: '' };

/** One event with the state before and after it. */
export interface ReplayStep {
  /** Counts from 1 in the order of the replay. */
  readonly number: number;
  readonly recorded: RecordedEvent;
  readonly subject: Subject;
}

const operationIdOf = ({ stream }: MarketOpsEvent): string | undefined =>
  stream.startsWith('op/') ? stream.split('/')[2] : undefined;

/** Folds one event of the run's streams in. Pure. */
export function step(
  asOf: RunAsOf,
  event: MarketOpsEvent,
): { readonly subject: Subject; readonly next: RunAsOf } {
  const lastEventAt = [asOf.lastEventAt, event.time].sort()[1] ?? '';
  const operationId = operationIdOf(event);
  if (operationId === undefined) {
    const after = evolveRun(asOf.run, event);
    return {
      subject: { kind: 'run', before: asOf.run, after },
      next: { ...asOf, lastEventAt, run: after },
    };
  }
  const before = asOf.operations.get(operationId) ?? initialOperation;
  const after = evolveOperation(before, event);
  const operations = new Map(asOf.operations).set(operationId, after);
  return {
    subject: { kind: 'operation', operationId, before, after },
    next: { ...asOf, lastEventAt, operations },
  };
}

/** Every event with the states around it, in the order given. */
export function* replaySteps(events: Iterable<RecordedEvent>): Generator<ReplayStep> {
  let asOf = beforeAnything;
  let number = 0;
  for (const recorded of events) {
    const { subject, next } = step(asOf, recorded.event);
    asOf = next;
    number += 1;
    yield { number, recorded, subject };
  }
}
