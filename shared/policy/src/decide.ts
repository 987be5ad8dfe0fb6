import type { ApprovalNeed, Operation, OperationKind, Reason } from '@marketops/contracts';
import { repositoryFullName } from '@marketops/contracts';
import { cedar } from './cedar.js';
import type { MentionsByKind } from './mentions.js';
import type { CountedApproval, CountedEvidence, PolicyAnswer, PolicyQuestion } from './port.js';
import { requestFor } from './request.js';
import type { PolicyRule } from './rule.js';

/** Rules that Cedar holds ready under a name. */
export interface Prepared {
  readonly name: string;
  readonly rules: ReadonlyMap<string, PolicyRule>;
  readonly mentions: MentionsByKind;
}

/** What Cedar itself says: the only source of a yes. */
type Verdict =
  | { readonly decision: 'allow' | 'deny'; readonly ids: readonly string[] }
  | { readonly decision: 'error'; readonly ids: readonly string[]; readonly message: string };

/**
 * A yes is Cedar's `allow` by at least one policy, with no policy in error: one that fails to evaluate is skipped by
 * Cedar, and it may have been the one that forbids. Everything else is a no (law P8).
 */
export function decide(prepared: Prepared, question: PolicyQuestion): PolicyAnswer {
  const verdict = ask(prepared, question);
  if (verdict.decision === 'allow') return { allowed: true, policies: verdict.ids };
  const policies = verdict.ids;
  if (verdict.decision === 'error')
    return { allowed: false, reasons: [errorReason(verdict.message)], policies, needs: [] };
  const forbids = policies.flatMap((id) => prepared.rules.get(id) ?? []);
  if (forbids.length === 0)
    return { allowed: false, reasons: [noPermit(prepared, question.operation)], policies: [], needs: [] };
  return {
    allowed: false,
    reasons: forbids.slice(0, reasonsMax).map(forbidReason),
    policies,
    ...wantsOf(prepared, question, forbids),
  };
}

/** Attributes of the context that come from what people and issuers have said. */
const ofStatements = ['approval_count', 'approvals', 'evidence'];

export const weighsStatements = ({ mentions }: Prepared, kind: OperationKind): boolean => {
  const { context } = mentions[kind];
  return context === 'all' || ofStatements.some((name) => context.has(name));
};

const reasonsMax = 20;

function ask({ name, mentions }: Prepared, question: PolicyQuestion): Verdict {
  try {
    const call = { ...requestFor(mentions, question), preparsedPolicySetId: name };
    const answer = cedar((engine) => engine.statefulIsAuthorized(call));
    if (answer.type === 'failure')
      return { decision: 'error', ids: [], message: answer.errors[0]?.message ?? 'it was not understood' };
    const { decision, diagnostics } = answer.response;
    const [error] = diagnostics.errors;
    if (error !== undefined) {
      const ids = diagnostics.errors.map(({ policyId }) => policyId).sort();
      return { decision: 'error', ids, message: `${ids.join(', ')}: ${error.error.message}` };
    }
    const ids = [...diagnostics.reason].sort();
    if (decision === 'allow' && ids.length > 0) return { decision, ids };
    return { decision: 'deny', ids };
  } catch (fault) {
    return { decision: 'error', ids: [], message: fault instanceof Error ? fault.message : String(fault) };
  }
}

/**
 * What people would have to say, and issuers to vouch for, for a yes: only where every policy that forbids wants approvals or
 * evidence, and where with these and nothing else Cedar would say yes.
 */
function wantsOf(
  prepared: Prepared,
  question: PolicyQuestion,
  forbids: readonly PolicyRule[],
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
  if (ask(prepared, granted).decision !== 'allow') return { needs: [] };
  return {
    needs: needs.slice(0, needsMax),
    ...(evidence.length === 0 ? {} : { evidence: evidence.slice(0, needsMax) }),
  };
}

const needsMax = 20;

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

const short = (text: string): string => (text.length > 900 ? `${text.slice(0, 900)}…` : text);

const errorReason = (message: string): Reason => ({
  code: 'policy_error',
  message: short(`The policies could not be evaluated: ${message}`),
  remedy: 'Correct the policy; until then everything it speaks of is denied.',
});

const forbidReason = ({ id, reason, remedy }: PolicyRule): Reason => ({
  code: 'policy_forbids',
  message: `${id}: ${reason ?? 'forbidden'}`,
  remedy: remedy ?? 'Ask whoever keeps the policies.',
});

function noPermit({ rules }: Prepared, { kind, repository }: Operation): Reason {
  const permits = [...rules.values()].filter(
    ({ effect, kinds }) => effect === 'permit' && kinds.includes(kind),
  );
  const fullName = repositoryFullName(repository);
  if (permits.length === 0) {
    return {
      code: 'policy_denied',
      message: `No policy permits ${kind}.`,
      remedy: `Write a permit for ${kind} into the policies, if it should be allowed.`,
    };
  }
  const ids = permits.map(({ id }) => id);
  return {
    code: 'repository_not_allowed',
    message: short(
      `No policy permits ${kind} on ${fullName} as it is asked for. Policies that permit ${kind}: ${ids.join(', ')}.`,
    ),
    remedy: `Let one of them cover ${fullName}, or add one, if it should be allowed.`,
  };
}
