import type { Moment, States } from '@marketops/client';

/** A run, or one of its operations, at one moment. */
interface SubjectState {
  /** Null: the run itself. */
  readonly operationId: string | null;
  readonly state: string;
  /** Whether it was this moment that brought it there. */
  readonly changed: boolean;
}

/** Everything as it stood after the first `number` moments; 0 is before the first. */
export interface ReplayView {
  readonly moment: Moment | undefined;
  readonly subjects: readonly SubjectState[];
}

export function replayAt({ operations, moments }: States, number: number): ReplayView {
  const until = moments.slice(0, Math.max(0, number));
  const moment = until.at(-1);
  const stateOf = (operationId: string | null): SubjectState => {
    const last = until.findLast((one) => one.operation_id === operationId);
    return { operationId, state: last?.state ?? 'none', changed: last !== undefined && last === moment };
  };
  return { moment, subjects: [stateOf(null), ...operations.map(stateOf)] };
}
