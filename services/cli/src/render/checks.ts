import type { GateCheck } from '@marketops/contracts';
import type { CheckNow, CheckOccasion, CheckResult } from '@marketops/operator';
import { shortTime } from '@marketops/operator/words';
import type { Output } from '../output.js';
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
  const askedAt = checks.find(({ asked_at: at }) => at !== null)?.asked_at;
  const when = askedAt == null ? '' : paint.dim(`  the gate asked at ${askedAt}`);
  output.line(`  ${paint.bold(sanitize(operationId))}${when}`);
  output.line(table(output, ['', 'check', '', 'asked again, from the ledger'], rows, 4));
}

/** The twelve checks of one receipt: when the gate asked and what it answered, and what it would answer now. */
export function renderTimedChecks(
  output: Output,
  checks: { readonly occasions: readonly CheckOccasion[]; readonly now: readonly CheckNow[] },
): void {
  const rows = checks.now.map(({ number, check, verdict, evidence }) => [
    String(number).padStart(2),
    sanitize(check),
    askedText(
      output,
      checks.occasions.filter((one) => one.check === check),
    ),
    nowText(output, verdict),
    sanitize(evidence, 300),
  ]);
  output.line(table(output, ['', 'check', 'asked (UTC)', 'now', 'what is compared now'], rows));
  for (const { check, answer, time, reason, claimed } of checks.occasions) {
    if (answer === 'passed') continue;
    const by = claimed ? ', of a job that claimed to present it' : '';
    output.line(output.paint.dim(`  ${sanitize(`${time}  ${check} ${answer}${by}: ${reason}`, 400)}`));
  }
}

/** The last answer, and how often there was one. */
function askedText({ paint }: Output, occasions: readonly CheckOccasion[]): string {
  const last = occasions.at(-1);
  if (last === undefined) return paint.dim('never');
  const times = occasions.length === 1 ? '' : ` (${occasions.length}×)`;
  const colour = { passed: paint.green, held: paint.yellow, refused: paint.red }[last.answer];
  return colour(`${last.answer} ${shortTime(last.time)}${times}`);
}

/** As the gate would put it: that a used receipt is refused now is as it should be. */
function nowText({ paint }: Output, verdict: CheckNow['verdict']): string {
  switch (verdict) {
    case 'holds':
      return paint.green('passes');
    case 'fails':
      return paint.yellow('refused');
    case 'waits':
      return paint.yellow('held');
    default:
      return paint.dim('not known');
  }
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
