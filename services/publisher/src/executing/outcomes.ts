import { type EffectResult, type EventDraft, Fault } from '@marketops/contracts';
import { HoldError, ThrottledError } from '@marketops/engine';
import { GitHubError } from '@marketops/github';
import { bounded } from '../audit.js';
import type { Absent } from '../deciding/step.js';
import { PublisherError, RecoveryFailedError } from '../errors.js';
import { settleMs } from '../timing.js';
import { type Attempt, failed, heldBy, retried, succeeded, uncertain } from './attempt.js';
import { Stopped } from './stopped.js';

/** What is written down, and what becomes of the job: `throws` says it to the queue, null ends it. */
export interface Conclusion {
  readonly events: readonly EventDraft[];
  readonly throws: Error | null;
}

const ends = (event: EventDraft): Conclusion => ({ events: [event], throws: null });

/** The effect is there and equals what was authorized. */
export const concludeSuccess = (attempt: Attempt, result: EffectResult): Conclusion =>
  ends(succeeded(attempt, result));

/**
 * What a fault of the execution leads to.
 *
 *     rate limited ──────────────────▶ lease let go, queue paused, no attempt spent
 *     stopped (frozen, lock lost, ledger late) ─▶ lease let go, held, no attempt spent
 *     lease lost ────────────────────▶ nothing is said: another worker speaks for the execution now
 *     transient, or a write's fate unknown ─▶ lease let go, tried again; after the last attempt only looked up
 *     terminal ──────────────────────▶ operation.failed
 */
export function concludeFault(attempt: Attempt, fault: unknown): Conclusion {
  const cause = stoppedBy(fault);
  if (cause instanceof PublisherError && cause.code === 'lease_lost') return { events: [], throws: cause };
  if (cause instanceof GitHubError && cause.code === 'rate_limited') {
    const throws = new ThrottledError(cause.message, cause.retryAfterMs ?? 60_000);
    return { events: [retried(attempt, 'rate_limited', cause.message)], throws };
  }
  if (cause instanceof Stopped) {
    const events = [...heldBy(attempt, cause.reason), retried(attempt, 'stopped', cause.message)];
    return { events, throws: new HoldError(cause.message, attempt.timing.holdMs) };
  }
  const known = asFault(cause);
  if (known.retry === 'hold') return { events: [retried(attempt, 'stopped', known.message)], throws: known };
  const isOpen = known.retry === 'transient' || (known instanceof GitHubError && known.uncertain);
  return isOpen ? tryAgain(attempt, known) : ends(failed(attempt, known.code, known.message, known));
}

/** Nothing public was found after the attempts were spent, or after the authority to act was gone. */
export function concludeAbsence(attempt: Attempt, absent: Absent): Conclusion {
  if (absent.means === 'uncertain') return ends(uncertain(attempt, absent.reason));
  const message = `After the last attempt nothing was found: ${absent.message}`;
  return ends(failed(attempt, absent.code, message));
}

/**
 * The look-up found a contradiction, or could not be made. It writes nothing, so it may be tried while attempts are left;
 * after that a person must look.
 */
export function concludeLookUpFault(attempt: Attempt, absent: Absent, fault: unknown): Conclusion {
  const known = asFault(stoppedBy(fault));
  if (known.code === 'lease_lost') return { events: [], throws: known };
  if (known instanceof GitHubError && known.code === 'rate_limited') {
    // The code on record stays: the attempts are still spent when the limit ends.
    const code = absent.means === 'failed' ? absent.code : known.code;
    const throws = new ThrottledError(known.message, known.retryAfterMs ?? 60_000);
    return { events: [retried(attempt, code, known.message)], throws };
  }
  if (known.retry === 'transient' && !attempt.lastAttempt) return tryAgain(attempt, known);
  if (known.retry === 'terminal' && absent.means === 'failed')
    return ends(failed(attempt, known.code, known.message, known));
  const recovery = new RecoveryFailedError(`The effect could not be looked up: ${known.message}`, known);
  const { code, next } = recovery;
  return ends(uncertain(attempt, { code, message: bounded(recovery.message), remedy: next }));
}

function tryAgain(attempt: Attempt, fault: Fault): Conclusion {
  const events = [retried(attempt, fault.code, fault.message)];
  if (!attempt.lastAttempt) return { events, throws: transient(fault) };
  const delayMs = fault.code === 'effect_unsettled' ? settleMs(attempt.timing) : attempt.timing.holdMs;
  return { events, throws: new HoldError(`the last attempt failed: ${fault.message}`, delayMs) };
}

/** The client wraps what its kill switch threw. */
const stoppedBy = (fault: unknown): unknown =>
  fault instanceof GitHubError && fault.code === 'aborted' && fault.cause instanceof Fault
    ? fault.cause
    : fault;

/** A defect of ours, or of a library: whether the effect happened is not known, so it counts as transient. */
const asFault = (fault: unknown): Fault =>
  fault instanceof Fault
    ? fault
    : new PublisherError('unexpected', `An unexpected ${nameOf(fault)}; the log has the rest.`, {
        retry: 'transient',
        cause: fault,
      });

/** The name only: the message of an error nobody foresaw could hold anything, a secret included (law X3). */
const nameOf = (fault: unknown): string => (fault instanceof Error ? fault.name.slice(0, 60) : typeof fault);

/** The queue reads the retry class: a write whose fate is unknown must be looked up, whatever its own class says. */
const transient = (fault: Fault): Fault =>
  fault.retry === 'transient'
    ? fault
    : new PublisherError('unexpected', fault.message, { next: fault.next, retry: 'transient', cause: fault });
