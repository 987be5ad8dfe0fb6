import type { Outcome, PolicyCase } from './case-table.js';
import type { Policy, PolicyAnswer } from './port.js';

export interface CaseResult {
  readonly one: PolicyCase;
  readonly outcome: Outcome;
  readonly by: readonly string[];
  readonly answer: PolicyAnswer;
  readonly holds: boolean;
}

export const outcomeOf = (answer: PolicyAnswer): Outcome =>
  answer.allowed ? 'allow' : answer.needs.length > 0 ? 'needs_approvals' : 'deny';

export const runCases = (policy: Policy, cases: readonly PolicyCase[]): readonly CaseResult[] =>
  cases.map((one) => {
    const answer = policy.decide(one.question);
    const outcome = outcomeOf(answer);
    const by = [...answer.policies].sort();
    const settled = one.by === undefined || sameSet(one.by, by);
    return { one, outcome, by, answer, holds: outcome === one.expect && settled };
  });

export const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  new Set(one).size === new Set(other).size && one.every((id) => other.includes(id));
