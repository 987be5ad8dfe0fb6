import type { RunRecord } from '@marketops/operator';

/** How long a run spent in each phase, from asking to proof; together they are the whole of it. In milliseconds. */
export interface PhaseTimes {
  /** From the request to the publication plan. */
  readonly planMs: number;
  /** To the first receipt; in a dry run, to the last advisory. */
  readonly authorizeMs: number;
  /** To the last effect's outcome, later receipts included; nothing in a dry run. */
  readonly executeMs: number;
  /** To the ledger's signed word for the run's end. */
  readonly proveMs: number;
  readonly wholeMs: number;
}

export function phaseTimes({ events, run }: RunRecord, askedMs: number, provenMs: number): PhaseTimes {
  const times = (...types: string[]): number[] =>
    events.filter(({ event }) => types.includes(event.type)).map(({ event }) => Date.parse(event.time));
  // Each mark is at least the one before it, so that no phase is negative where two clocks read differ by a tick.
  const plannedMs = Math.max(askedMs, ...times('plan.generated', 'plan.rejected'));
  const answers = run.mode === 'prod' ? times('receipt.issued').slice(0, 1) : times('receipt.advised');
  const authorizedMs = Math.max(plannedMs, ...answers);
  const outcomes = times(
    'operation.succeeded',
    'operation.failed',
    'operation.refused',
    'operation.uncertain',
  );
  const executedMs = Math.max(authorizedMs, ...outcomes);
  return {
    planMs: plannedMs - askedMs,
    authorizeMs: authorizedMs - plannedMs,
    executeMs: executedMs - authorizedMs,
    proveMs: Math.max(0, provenMs - executedMs),
    wholeMs: Math.max(executedMs, provenMs) - askedMs,
  };
}
