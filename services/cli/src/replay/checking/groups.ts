import { beforeAnything, type RecordedEvent, type RunAsOf, step } from '@marketops/operator/reading';

/** Everything of a run that one decision said, over however many of its streams, and the run as it stood before. */
export interface DecidedStep {
  readonly events: readonly RecordedEvent[];
  readonly first: RecordedEvent;
  readonly before: RunAsOf;
  /** Events of one operation before this step. */
  readonly eventsOf: (stream: string) => readonly RecordedEvent[];
}

/** Events of one append share their signer, their cause and, to the millisecond, their time. */
const isSameAppend = (one: RecordedEvent, other: RecordedEvent): boolean =>
  one.event.actor === other.event.actor &&
  one.event.causation_id === other.event.causation_id &&
  one.event.time === other.event.time;

/** A run's events as the steps they were decided in, in the order of the ledger. One at a time: each has the whole run in it. */
export function* decidedSteps(events: readonly RecordedEvent[]): Generator<DecidedStep> {
  let before: RunAsOf = beforeAnything;
  for (let at = 0; at < events.length; ) {
    const first = events[at];
    if (first === undefined) break;
    let end = at + 1;
    for (let next = events[end]; next !== undefined && isSameAppend(first, next); next = events[end])
      end += 1;
    const group = events.slice(at, end);
    const until = at;
    yield {
      ...{ events: group, first, before },
      // Asked of few steps: nothing is copied for the others.
      eventsOf: (stream) => events.slice(0, until).filter(({ event }) => event.stream === stream),
    };
    before = group.reduce((asOf, { event }) => step(asOf, event).next, before);
    at = end;
  }
}
