import { type EffectResult, type EventDraft, Fault, type Reason } from '@marketops/contracts';
import { HoldError, ThrottledError } from '@marketops/engine';
import { GitHubError } from '@marketops/github';
import { bounded } from '../audit.js';
import type { Absent } from '../deciding/step.js';
import { cannotBeAsked } from '../deciding/step.js';
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
 *     credential refused before any write ─▶ likewise, said once: another token will do what this one may not
 *     stopped (frozen, lock lost, ledger late) ─▶ lease let go, held, no attempt spent
 *     lease lost ────────────────────▶ nothing is said: another worker speaks for the execution now
 *     transient, or a write's fate unknown ─▶ lease let go, tried again; after the last attempt only looked up
 *     terminal ──────────────────────▶ operation.failed
 *
 * Where the provider cannot be asked, a write that was let go and not plainly refused is operation.uncertain: so an attempt of
 * that kind which lets its lease go in the open has done nothing, and may be followed by another.
 */
export function concludeFault(attempt: Attempt, fault: unknown): Conclusion {
  const cause = stoppedBy(fault);
  if (cause instanceof PublisherError && cause.code === 'lease_lost') return { events: [], throws: cause };
  if (attempt.lookup === 'none' && mayHaveActed(attempt, cause)) {
    return ends(uncertain(attempt, cannotBeAsked));
  }
  if (cause instanceof GitHubError && cause.code === 'rate_limited') {
    const throws = new ThrottledError(cause.message, cause.retryAfterMs ?? 60_000);
    return { events: [retried(attempt, 'rate_limited', cause.message)], throws };
  }
  if (attempt.writes === 0 && isCredentialRefused(cause)) return awaitCredential(attempt, cause);
  if (cause instanceof Stopped) {
    const events = [...heldBy(attempt, cause.reason), retried(attempt, 'stopped', cause.message)];
    return { events, throws: new HoldError(cause.message, attempt.timing.holdMs) };
  }
  const known = asFault(cause);
  if (known.retry === 'hold') return { events: [retried(attempt, 'stopped', known.message)], throws: known };
  const isOpen = known.retry === 'transient' || (known instanceof GitHubError && known.uncertain);
  return isOpen ? tryAgain(attempt, known) : ends(failed(attempt, known.code, known.message, known));
}

const isCredentialRefused = (fault: unknown): fault is GitHubError =>
  fault instanceof GitHubError && fault.code === 'unauthorized';

/** So long an account whose credential is refused is left alone: each look costs one request, and as often as this the new one is missed. */
const credentialPauseMs = 60_000;

/** Nothing was let go, so nothing is spent: not the attempt, not the receipt. The others of the account would fare no better. */
function awaitCredential(attempt: Attempt, fault: GitHubError): Conclusion {
  const { owner } = attempt.subject.operation.repository;
  const reason: Reason = {
    code: 'credential_refused',
    message: bounded(`GitHub does not accept the credential of ${owner}; nothing was sent. ${fault.message}`),
    remedy: 'Replace the account’s token or key. Work goes on by itself within a minute.',
  };
  const events = [...heldBy(attempt, reason), retried(attempt, 'stopped', reason.message)];
  return { events, throws: new ThrottledError(reason.message, credentialPauseMs) };
}

/** Of one write the provider's own refusal is to be believed; a second one follows a first that was done. */
function mayHaveActed({ writes }: Attempt, fault: unknown): boolean {
  const refused = fault instanceof GitHubError && fault.status !== undefined && !fault.uncertain;
  return writes > 1 || (writes === 1 && !refused);
}

/**
 * The effect was not found after the attempts were spent, or after the authority to act was gone.
 * @param shown what was found instead, as a sentence: an effect that lacks something
 */
export function concludeAbsence(attempt: Attempt, absent: Absent, shown?: string): Conclusion {
  if (absent.means === 'uncertain') {
    const { code, message, remedy } = absent.reason;
    const seen = shown === undefined ? message : bounded(`${shown} ${message}`);
    return ends(uncertain(attempt, { code, message: seen, remedy }));
  }
  const found = shown === undefined ? 'nothing was found' : `only this was found (${shown})`;
  return ends(failed(attempt, absent.code, `After the last attempt ${found}: ${absent.message}`));
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

/** What came of it has no form in which it could be signed: a defect, and only a look can tell what is there. */
export function concludeUnwritable(attempt: Attempt, code: string): Conclusion {
  const message = `What came of it cannot be written down (${code}); the log has the rest.`;
  const remedy =
    'Look at what is there, then say so: marketops reconcile. And report this defect with the run id.';
  return ends(uncertain(attempt, { code: 'outcome_unwritable', message, remedy }));
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
