import type { AuditRecord, EffectResult, Fault, Operation, Receipt } from '@marketops/contracts';
import { plainLine, repositoryFullName } from '@marketops/contracts';
import { GitHubError } from '@marketops/github';

export interface Audited {
  readonly operation: Operation;
  readonly receipt: Receipt;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly retries: number;
}

/** The audit record (law P6): one for every success, failure and refusal, each with the receipt's id and all fields. */
export function auditOf(
  audited: Audited,
  status: AuditRecord['status'],
  result: EffectResult | null,
  error: { readonly code: string; readonly message: string; readonly fault?: unknown } | null,
): AuditRecord {
  const { operation, receipt, startedAt, completedAt, retries } = audited;
  // In canonical order: the record is serialised with its event, and what is in order need not be sorted.
  return {
    completed_at: completedAt,
    error_code: error === null ? null : error.code,
    error_message: error === null ? null : told(operation, error.message),
    github_response: responseOf(error?.fault),
    mode: receipt.mode,
    operation_id: operation.operation_id,
    operation_kind: operation.kind,
    receipt_id: receipt.receipt_id,
    repository: repositoryFullName(operation.repository),
    // The names of a sealed operation's assets are in the operation, and go with it.
    result: result === null || operation.salt === undefined ? result : { ...result, assets: [] },
    retry_count: Math.min(retries, 100),
    run_id: receipt.run_id,
    started_at: startedAt,
    status,
  };
}

/** Messages go into events, and from there to terminals: one line of bounded size, whatever names from outside are in it. */
export function bounded(message: string): string {
  const line = plainLine(message, ' ');
  return line.length <= 1_000 ? line : `${line.slice(0, 999).toWellFormed()}…`;
}

/** What may be said of an operation in an event: what went wrong with a sealed one may quote it, and events stay for ever. */
export const told = ({ salt }: Operation, message: string): string =>
  salt === undefined ? bounded(message) : 'withheld: the run is sealed';

/** GitHub's status and request id, from the error or from what caused it. */
function responseOf(fault: unknown): AuditRecord['github_response'] {
  if (fault instanceof GitHubError && fault.status !== undefined) {
    return { status: fault.status, request_id: fault.requestId ?? null };
  }
  const cause = fault instanceof Error ? (fault as Fault).cause : undefined;
  return cause === undefined || cause === fault ? null : responseOf(cause);
}
