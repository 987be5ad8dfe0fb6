import { Fault, type FaultDetails, type InputFault } from '@marketops/contracts';
import type { PlacedFault } from '@marketops/operator/words';
import { type ExitCode, exitCodes } from './exit-codes.js';

export type CliErrorCode =
  /** An option or argument that the command line cannot be read with. */
  | 'usage_invalid'
  | 'law_unknown'
  /** A plan or ledger that this machine does not have. */
  | 'ledger_missing'
  /** Something is there already where a report should go. */
  | 'report_exists'
  | 'redis_unreachable'
  /** It lets in, forgets or drops what production must not have let in, forgotten or dropped. */
  | 'redis_unsafe'
  /** The ledger could not carry out an order to rebuild; why is in the message. */
  | 'rebuild_failed'
  /** The folder, its disk, or what is in it already does not take this backup. */
  | 'backup_refused'
  /** A backup is not what its manifest says. */
  | 'backup_invalid'
  /** What stands where a backup is to be put is worth more, or is another’s. */
  | 'restore_refused'
  /** The address that was asked for cannot be listened on. */
  | 'listen_failed'
  /** Entries of the run are in the ledger, and not yet under a signed checkpoint. */
  | 'proof_not_ready'
  | 'timed_out'
  /** A service's program has not been built, or is not there. */
  | 'program_missing'
  | 'process_start_failed'
  | 'process_unknown'
  | 'system_running'
  | 'github_token_missing'
  | 'github_unreachable'
  /** Somebody has to press Enter, and there is no terminal. */
  | 'terminal_needed'
  /** A process was stopped while it started. */
  | 'process_stopped';

/** What this command itself refuses or fails at. */
export class CliError extends Fault<CliErrorCode> {
  readonly faults: readonly InputFault[];
  constructor(
    code: CliErrorCode,
    message: string,
    details: FaultDetails & { faults?: readonly InputFault[] },
  ) {
    super(code, message, details);
    this.faults = details.faults ?? [];
  }
}

/** A fault as a person or a program reads it. */
export interface ToldFault {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly faults: readonly PlacedFault[];
}

export function told(thrown: unknown): ToldFault {
  if (thrown instanceof Fault) {
    const { code, message, next } = thrown;
    return { code, message, next, faults: faultsOf(thrown) };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'unexpected',
    message,
    next: 'This is a defect: run it again with MARKETOPS_DEBUG=1 and report what it prints.',
    faults: [],
  };
}

function faultsOf(thrown: Fault): readonly PlacedFault[] {
  return 'faults' in thrown && Array.isArray(thrown.faults) ? (thrown.faults as PlacedFault[]) : [];
}

/** Codes of other packages' faults that are not plain failures. */
const exitByCode: Readonly<Record<string, ExitCode>> = {
  usage_invalid: exitCodes.usage,
  request_malformed: exitCodes.usage,
  request_invalid: exitCodes.usage,
  request_too_large: exitCodes.usage,
  mode_invalid: exitCodes.usage,
  idempotency_conflict: exitCodes.usage,
  principal_not_allowed: exitCodes.usage,
  config_missing: exitCodes.usage,
  config_invalid: exitCodes.usage,
  config_exists: exitCodes.usage,
  policy_missing: exitCodes.usage,
  policy_unreadable: exitCodes.usage,
  policy_too_large: exitCodes.usage,
  policy_malformed: exitCodes.usage,
  policy_invalid: exitCodes.usage,
  policy_name_unknown: exitCodes.usage,
  policy_annotation_invalid: exitCodes.usage,
  policy_id_duplicate: exitCodes.usage,
  policy_test_invalid: exitCodes.usage,
  redis_not_durable: exitCodes.usage,
  redis_unsafe: exitCodes.usage,
  redis_url_invalid: exitCodes.usage,
  github_token_missing: exitCodes.usage,
  system_running: exitCodes.usage,
  key_not_listed: exitCodes.usage,
  key_not_valid: exitCodes.usage,
  key_listed: exitCodes.usage,
  key_file_exists: exitCodes.usage,
  report_exists: exitCodes.usage,
  release_not_shipped: exitCodes.usage,
  backup_refused: exitCodes.usage,
  run_retired: exitCodes.usage,
  restore_refused: exitCodes.usage,
  confirmation_needed: exitCodes.usage,
  terminal_needed: exitCodes.usage,
  not_confirmed: exitCodes.usage,
  redrive_refused: exitCodes.usage,
  not_uncertain: exitCodes.usage,
  retry_refused: exitCodes.usage,
  retry_not_allowed: exitCodes.usage,
  run_ended: exitCodes.usage,
  run_not_planned: exitCodes.usage,
  nothing_to_approve: exitCodes.usage,
  plan_not_shown: exitCodes.usage,
  operation_unknown: exitCodes.usage,
  own_plan: exitCodes.usage,
  request_expired: exitCodes.usage,
  already_decided: exitCodes.usage,
  statements_too_many: exitCodes.usage,
  already_said: exitCodes.usage,
  evidence_not_valid: exitCodes.usage,
  signature_refused: exitCodes.usage,
  keyring_change_refused: exitCodes.usage,
  key_missing: exitCodes.usage,
  key_exposed: exitCodes.usage,
  key_outside: exitCodes.usage,
  key_invalid: exitCodes.usage,
  holder_unknown: exitCodes.notFound,
  grant_unknown: exitCodes.notFound,
  second_person_needed: exitCodes.usage,
  run_not_found: exitCodes.notFound,
  operation_not_found: exitCodes.notFound,
  receipt_not_found: exitCodes.notFound,
  law_unknown: exitCodes.notFound,
  not_frozen: exitCodes.notFound,
  proof_not_ready: exitCodes.notFound,
  ledger_missing: exitCodes.notFound,
  plan_refused: exitCodes.otherOutcome,
  redrive_not_taken: exitCodes.otherOutcome,
  reconcile_refused: exitCodes.otherOutcome,
  redis_unreachable: exitCodes.unreachable,
  redis_unavailable: exitCodes.unreachable,
  redis_url_unreachable: exitCodes.unreachable,
  redis_start_failed: exitCodes.unreachable,
  redis_data_in_use: exitCodes.unreachable,
  store_unavailable: exitCodes.unreachable,
  process_start_failed: exitCodes.unreachable,
  github_unreachable: exitCodes.unreachable,
  timed_out: exitCodes.timedOut,
};

export function exitCodeOf(thrown: unknown): number {
  if (!(thrown instanceof Fault)) return exitCodes.failed;
  return exitByCode[thrown.code] ?? exitCodes.failed;
}
