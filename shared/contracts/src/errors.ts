/**
 * What the control loop does with a fault.
 * `terminal`: never again, the answer would be the same. `transient`: again, after a backoff, an attempt is spent.
 * `hold`: again later, no attempt is spent.
 */
export type RetryClass = 'terminal' | 'transient' | 'hold';

export interface FaultDetails {
  /** What the reader can do about it, as one sentence. */
  readonly next: string;
  readonly retry?: RetryClass;
  readonly cause?: unknown;
}

/**
 * The one base of every typed error. Each boundary has a subclass with its own union of codes; every code has its
 * line in docs/errors.md.
 */
export class Fault<Code extends string = string> extends Error {
  readonly code: Code;
  readonly next: string;
  readonly retry: RetryClass;

  constructor(code: Code, message: string, details: FaultDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.next = details.next;
    this.retry = details.retry ?? 'terminal';
  }
}

/** Mode is exactly `dry_run` or `prod` (law D3). */
export class ModeViolationError extends Fault<'mode_invalid'> {}

/** One thing wrong with an input: where (a path such as `operations[1].tag_name`), and what. */
export interface InputFault {
  readonly path: string;
  readonly message: string;
}

/** Input refused at a door, with everything that was wrong with it, not only the first thing. */
export class InputError extends Fault<
  | 'request_malformed'
  | 'request_invalid'
  | 'request_too_large'
  | 'mode_invalid'
  | 'idempotency_conflict'
  | 'principal_not_allowed'
  | 'discovery_failed'
  | 'retry_not_allowed'
> {
  readonly faults: readonly InputFault[];

  constructor(
    code: InputError['code'],
    message: string,
    details: FaultDetails & { faults?: readonly InputFault[] },
  ) {
    super(code, message, details);
    this.faults = details.faults ?? [];
  }
}

/** A programmer's mistake or a broken invariant. Never caught to go on, never shown as the user's fault. */
export class InvariantError extends Fault<'invariant_violated'> {
  constructor(message: string, cause?: unknown) {
    super('invariant_violated', message, { next: 'This is a defect: report it with the run id.', cause });
  }
}

/** Asserts an invariant of our own; input is refused with typed errors instead. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
