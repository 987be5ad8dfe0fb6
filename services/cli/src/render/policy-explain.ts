import type { ExplainedOperation } from '@marketops/operator/policy';
import { shortDigest } from '@marketops/operator/words';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';
import { whatOf } from './plan.js';
import { approvalsText, ruleJson, rulePlace } from './policy-rules.js';
import { section } from './section.js';

interface Policies {
  readonly folder: string;
  readonly digest: string;
}

export function renderExplained(
  output: Output,
  policies: Policies,
  operations: readonly ExplainedOperation[],
): void {
  section(output, 'Policies');
  output.line(`  ${sanitize(shownPath(policies.folder))}, digest ${shortDigest(policies.digest)}`);
  for (const one of operations) renderOperation(output, policies, one);
}

function renderOperation(output: Output, { digest }: Policies, one: ExplainedOperation): void {
  const { paint } = output;
  const { explanation, decision, record } = one;
  section(output, sanitize(one.id));
  if (explanation === undefined) {
    output.line('  It could not be made whole, so no policy was asked: see the plan in marketops show.');
    return;
  }
  const { asked, answer, words } = explanation;
  output.line(`  ${asked.action} on ${sanitize(asked.resource)}: ${whatOf(record.operation)}`);
  output.line(`  asked by ${sanitize(asked.principal)}; ${countedText(one)}, as of ${one.at}`);
  if (decision === undefined) output.line('  not decided yet');
  else {
    const word = decision.allowed ? paint.green('authorized') : paint.yellow('not authorized');
    const other =
      decision.policyDigest === digest
        ? ''
        : `, under other policies (${shortDigest(decision.policyDigest)})`;
    output.line(`  ${word} at ${decision.time}${other}`);
    for (const { message, remedy, code } of decision.reasons) {
      output.line(`    ${sanitize(message)} (${code})`);
      output.line(`    ${paint.dim(`→ ${sanitize(remedy)}`)}`);
    }
  }
  const verdict = answer.allowed
    ? paint.green('these policies allow it')
    : paint.yellow(
        answer.needs.length > 0 ? 'these policies deny it until people approve' : 'these policies deny it',
      );
  output.line(`  ${verdict}`);
  for (const { rule, says, message } of words.filter((word) => word.says !== 'nothing')) {
    const lifted =
      says === 'forbids' && (rule.approvals ?? rule.evidence) !== null
        ? `, lifted by ${approvalsText(rule)}`
        : '';
    output.line(`    ${says} ${paint.bold(sanitize(rule.id))}  ${paint.dim(rulePlace(rule))}${lifted}`);
    for (const text of [message, rule.reason]) if (text !== null) output.line(`        ${sanitize(text)}`);
    if (says === 'forbids' && rule.remedy !== null)
      output.line(`        ${paint.dim(`→ ${sanitize(rule.remedy)}`)}`);
  }
  const silent = words.filter(({ says }) => says === 'nothing').map(({ rule }) => sanitize(rule.id));
  if (silent.length > 0) output.line(paint.dim(`    say nothing here: ${silent.join(', ')}`));
  if (!answer.allowed && answer.policies.length === 0) {
    for (const { message, remedy } of answer.reasons) {
      output.line(`    ${sanitize(message)}`);
      output.line(`    ${paint.dim(`→ ${sanitize(remedy)}`)}`);
    }
  }
}

function countedText({ approvals, evidence }: ExplainedOperation): string {
  const people = approvals.map(({ principal }) => sanitize(principal)).join(', ');
  const facts = evidence.map(({ kind, value }) => sanitize(`${kind}=${value}`)).join(', ');
  return `approved by ${people || 'nobody'}; evidence: ${facts || 'none'}`;
}

export const explainedJson = ({
  id,
  at,
  decision,
  approvals,
  evidence,
  explanation,
}: ExplainedOperation) => ({
  operation_id: id,
  as_of: at,
  decided:
    decision === undefined
      ? null
      : {
          allowed: decision.allowed,
          time: decision.time,
          policy_digest: decision.policyDigest,
          reasons: decision.reasons,
        },
  approvals,
  evidence,
  asked: explanation?.asked ?? null,
  allowed: explanation?.answer.allowed ?? null,
  reasons: explanation === undefined || explanation.answer.allowed ? [] : explanation.answer.reasons,
  needs: explanation === undefined || explanation.answer.allowed ? [] : explanation.answer.needs,
  policies: (explanation?.words ?? []).map(({ rule, says, message }) => ({
    ...ruleJson(rule),
    says,
    error: message,
  })),
});
