import type { ApprovalNeed } from '@marketops/contracts';
import type { CountedApproval, CountedEvidence, PolicyQuestion } from './port.js';
import type { PolicyRule } from './rule.js';

const needsMax = 20;

/**
 * What people would have to say, and issuers to vouch for, for a yes: only where every policy that forbids wants approvals or
 * evidence, and where with these and nothing else Cedar would say yes.
 * @param isAllowed asks Cedar the question with all of it granted
 */
export function wantsOf(
  question: PolicyQuestion,
  forbids: readonly PolicyRule[],
  isAllowed: (granted: PolicyQuestion) => boolean,
): { readonly needs: readonly ApprovalNeed[]; readonly evidence?: readonly CountedEvidence[] } {
  if (forbids.some(({ approvals, evidence }) => approvals === null && evidence === null))
    return { needs: [] };
  const needs = forbids.flatMap(({ id, approvals }): ApprovalNeed[] =>
    approvals === null ? [] : [{ policy_id: id, approvals: approvals.count, group: approvals.group }],
  );
  const evidence = forbids.flatMap((rule) => rule.evidence ?? []);
  const granted = {
    ...question,
    approvals: withGranted(question.approvals, needs),
    evidence: [...question.evidence, ...evidence],
  };
  if (!isAllowed(granted)) return { needs: [] };
  return {
    needs: needs.slice(0, needsMax),
    ...(evidence.length === 0 ? {} : { evidence: evidence.slice(0, needsMax) }),
  };
}

/** As many more approvals, by people who exist nowhere, as each need lacks. */
function withGranted(
  approvals: readonly CountedApproval[],
  needs: readonly ApprovalNeed[],
): readonly CountedApproval[] {
  const all = [...approvals];
  // Those of groups first: who approves for a group counts for everybody.
  const ofGroups = needs.filter(({ group }) => group !== null);
  for (const { group, approvals: wanted } of [...ofGroups, ...needs.filter(({ group }) => group === null)]) {
    const counts = (one: CountedApproval) => group === null || one.groups.includes(group);
    const groups = group === null ? [] : [group];
    while (all.filter(counts).length < wanted) all.push({ principal: `?${all.length}`, groups });
  }
  return all;
}
