import type { PolicyCase } from './case-table.js';
import type { PolicySet } from './open.js';
import type { PolicyRule } from './rule.js';
import { type CaseResult, runCases, sameSet } from './run-cases.js';

/** What another set of policies would change. */
export interface PolicyDifference {
  readonly added: readonly PolicyRule[];
  readonly removed: readonly PolicyRule[];
  readonly changed: readonly { readonly before: PolicyRule; readonly after: PolicyRule }[];
  /** Cases that would be answered otherwise, or by other policies. */
  readonly decisions: readonly { readonly before: CaseResult; readonly after: CaseResult }[];
}

/** Policies are the same where id and text are; in which file they stand decides nothing. */
export function diffPolicies(
  before: PolicySet,
  after: PolicySet,
  cases: readonly PolicyCase[],
): PolicyDifference {
  const old = new Map(before.policies.map((rule) => [rule.id, rule]));
  const now = new Map(after.policies.map((rule) => [rule.id, rule]));
  const answers = runCases(after, cases);
  return {
    added: after.policies.filter(({ id }) => !old.has(id)),
    removed: before.policies.filter(({ id }) => !now.has(id)),
    changed: after.policies.flatMap((rule) => {
      const was = old.get(rule.id);
      return was === undefined || was.text === rule.text ? [] : [{ before: was, after: rule }];
    }),
    decisions: runCases(before, cases).flatMap((was, index) => {
      const is = answers[index];
      if (is === undefined || (was.outcome === is.outcome && sameSet(was.by, is.by))) return [];
      return [{ before: was, after: is }];
    }),
  };
}
