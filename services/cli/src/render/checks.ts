import type { GateCheck } from '@marketops/contracts';
import type { Output } from '../output.js';
import type { CheckResult } from '../reading/checks.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';

/** The twelve checks of one operation. */
export function renderChecks(output: Output, operationId: string, checks: readonly CheckResult[]): void {
  const { paint } = output;
  const asked = checks.filter(({ verdict }) => verdict !== 'unasked');
  if (asked.length === 0) {
    output.line(
      `  ${paint.bold(sanitize(operationId))}  ${paint.dim(`not asked: ${checks[0]?.evidence ?? ''}`)}`,
    );
    return;
  }
  const rows = checks.map(({ number, check, verdict, evidence }) => [
    String(number).padStart(2),
    sanitize(check),
    verdictText(output, verdict),
    sanitize(evidence, 300),
  ]);
  output.line(`  ${paint.bold(sanitize(operationId))}`);
  output.line(table(output, ['', 'check', '', 'asked again, from the ledger'], rows, 4));
}

function verdictText({ paint }: Output, verdict: CheckResult['verdict']): string {
  switch (verdict) {
    case 'holds':
      return paint.green('holds');
    case 'fails':
      return paint.red('FAILS');
    case 'gate':
      return paint.dim('at the gate');
    case 'unasked':
      return paint.dim('not asked');
  }
}

/** What each check asks, in a few words. */
const questions: Readonly<Record<GateCheck, string>> = {
  mode: 'is the mode exactly prod?',
  presence: 'is there a receipt, well-formed?',
  signatures: 'did federation sign it, with a key that is known and not revoked?',
  enforceable: 'is it enforceable, not an advisory?',
  audience: 'is it for this environment, API, log and epoch?',
  run_binding: 'is it for this run?',
  kind_binding: 'is it for this kind of operation?',
  operation_binding: 'is it for this operation, plan and tenant, byte for byte?',
  unconsumed: 'has nobody used it before?',
  unexpired: 'is it valid now?',
  fresh: 'is it younger than 24 hours?',
  acknowledged: 'does the ledger have its issuance, and is nothing frozen?',
};

/** The twelve checks of several operations at a glance. */
export function renderCheckMatrix(output: Output, checks: ReadonlyMap<string, readonly CheckResult[]>): void {
  const columns = [...checks.values()];
  const rows = (columns[0] ?? []).map(({ check, number }, at) => [
    String(number).padStart(2),
    check,
    ...columns.map((column) => verdictText(output, column[at]?.verdict ?? 'unasked')),
    output.paint.dim(questions[check]),
  ]);
  output.line(table(output, ['', 'check', ...[...checks.keys()].map((id) => sanitize(id)), 'asks'], rows));
}
