import type { PolicyRule } from '@marketops/policy';
import type { Output } from '../output.js';
import { sanitize } from '../sanitize.js';
import { table } from './table.js';

export const rulePlace = ({ file, line }: PolicyRule): string => `${sanitize(file)}:${line}`;

export function policyRules(output: Output, policies: readonly PolicyRule[]): string {
  const { paint } = output;
  const rows = policies.map((rule) => [
    paint.bold(sanitize(rule.id)),
    rule.effect === 'permit' ? paint.green('permit') : paint.yellow('forbid'),
    rule.kinds.length === 3 ? 'every kind' : rule.kinds.join(', '),
    rulePlace(rule),
    approvalsText(rule),
  ]);
  return table(output, ['policy', 'effect', 'kinds', 'place', 'lifted by'], rows);
}

/** Whose approval, or which fact, lifts a forbid. */
export function approvalsText({ approvals, evidence }: PolicyRule): string {
  if (approvals === null)
    return evidence === null ? '–' : sanitize(`evidence ${evidence.kind}=${evidence.value}`);
  const { count, group } = approvals;
  const people = count === 1 ? '1 approval' : `${count} approvals`;
  return group === null ? people : `${people} of ${sanitize(group)}`;
}

export const ruleJson = ({ id, effect, kinds, file, line, reason, remedy, approvals }: PolicyRule) => ({
  ...{ id, effect, kinds, file, line, reason, remedy },
  approvals: approvals?.count ?? null,
  approver_group: approvals?.group ?? null,
});
