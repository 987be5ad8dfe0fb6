import { type EffectResult, type EventDraft, holdKey, type Reason } from '@marketops/contracts';
import { type Audited, auditOf, told } from '../audit.js';
import type { Subject } from '../deciding/step.js';
import type { Lookup } from '../executors/executor.js';
import type { PublisherTiming } from '../timing.js';

/** One attempt of an execution, as its outcome is told. */
export interface Attempt {
  readonly subject: Subject;
  readonly executionId: string;
  readonly startedAt: string;
  readonly lookup: Lookup;
  /** How many were let go in it. */
  readonly writes: number;
  readonly now: string;
  readonly attempt: number;
  readonly lastAttempt: boolean;
  /** Recorded before this attempt. */
  readonly retries: number;
  readonly holds: readonly string[];
  readonly timing: PublisherTiming;
}

export const succeeded = (attempt: Attempt, result: EffectResult): EventDraft => ({
  type: 'operation.succeeded',
  data: {
    audit: auditOf(auditedBy(attempt), 'success', result, null),
    execution_id: attempt.executionId,
  },
});

/** The attempt is over without an outcome; its lease is let go. */
export const retried = (
  { subject, executionId, attempt }: Attempt,
  code: string,
  message: string,
): EventDraft => ({
  type: 'operation.retried',
  data: {
    operation_id: subject.operation.operation_id,
    execution_id: executionId,
    attempt: Math.min(attempt, 100),
    error_code: code,
    error_message: told(subject.operation, message),
  },
});

/** Said once per reason. */
export function heldBy({ subject, holds }: Attempt, reason: Reason): EventDraft[] {
  const { operation_id, receipt_id } = subject.receipt;
  if (holds.includes(holdKey('acknowledged', reason.code))) return [];
  return [{ type: 'operation.held', data: { operation_id, receipt_id, check: 'acknowledged', reason } }];
}

export const failed = (attempt: Attempt, code: string, message: string, fault?: unknown): EventDraft => ({
  type: 'operation.failed',
  data: {
    execution_id: attempt.executionId,
    audit: auditOf(auditedBy(attempt), 'failed', null, { code, message, fault }),
  },
});

export function uncertain(attempt: Attempt, reason: Reason): EventDraft {
  const { code, message } = reason;
  const audit = auditOf(auditedBy(attempt), 'failed', null, { code, message });
  const said = { ...reason, message: told(attempt.subject.operation, message) };
  return { type: 'operation.uncertain', data: { execution_id: attempt.executionId, audit, reason: said } };
}

const auditedBy = ({ subject: { operation, receipt }, startedAt, now, retries }: Attempt): Audited => ({
  operation,
  receipt,
  startedAt,
  completedAt: now,
  retries,
});
