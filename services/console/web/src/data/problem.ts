import { ProblemError } from '@marketops/client';

/** What somebody can read of any failure. */
export interface FaultWords {
  readonly message: string;
  readonly next: string | undefined;
  /** As docs/errors.md lists it. */
  readonly code: string | undefined;
}

/** The API's refusals say all of it themselves; what else can happen to a request is said here. */
export function faultWords(error: unknown): FaultWords {
  if (error instanceof ProblemError) {
    const { detail, next, code, faults = [] } = error.problem;
    const places = faults.map(({ path, message }) => `${path === '' ? 'all of it' : path}: ${message}`);
    return { message: [detail, ...places].join(' · '), next, code };
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return {
      message: 'The console did not answer in time.',
      next: 'Try again; if it stays so, look at Operations, or run: marketops doctor',
      code: undefined,
    };
  }
  if (error instanceof TypeError) {
    return {
      message: 'The console cannot be reached.',
      next: 'Check the connection, and that the console is running. What is shown is what was last read.',
      code: undefined,
    };
  }
  return {
    message: error instanceof Error ? error.message : String(error),
    next: undefined,
    code: undefined,
  };
}

export const hasStatus = (error: unknown, status: number): boolean =>
  error instanceof ProblemError && error.problem.status === status;
