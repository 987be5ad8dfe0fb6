import type { Operation, PublicationPlan, Reason } from '@marketops/contracts';
import type { Policy, PolicyQuestion } from '@marketops/policy';
import { type Denial, type Fact, factText, type Grant, type Hearing } from '@marketops/policy/hearing';
import { reason } from './reason.js';
import { isWanting, type Wants, wantedReasons, wantsNothing } from './requests.js';

/** What a yes or no rests on: it goes by digest into the receipt or advisory. */
export interface Basis {
  readonly policyDigest: string;
  readonly grants: readonly Grant[];
  readonly denials: readonly Denial[];
  readonly evidence: readonly Fact[];
}

/** What the policy says, as far as it can be acted on. */
type PolicyOpinion =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reasons: readonly Reason[]; readonly wants: Wants };

/** The policy's answer with everything that was said weighed in. */
export type Opinion = PolicyOpinion & { readonly basis: Basis };

/** Asks the policy about one operation (law F2). A no of somebody whose yes would have counted ends the matter. */
export function consult(
  policy: Policy,
  operation: Operation,
  { tenant_id, principal }: PublicationPlan,
  hearing: Hearing,
): Opinion {
  const grants = hearing.grants(operation.operation_id);
  const denials = hearing.denials(operation.operation_id);
  const { evidence } = hearing;
  const basis: Basis = { policyDigest: policy.digest, grants, denials, evidence };
  const question = {
    operation,
    tenantId: tenant_id,
    principal,
    approvals: grants.map(({ principal, groups }) => ({ principal, groups })),
    evidence: evidence.map(({ kind, value }) => ({ kind, value })),
  };
  const answer = ask(policy, question);
  // Where nobody's word could make it a yes, nobody's no need be told.
  if (!answer.allowed && !isWanting(answer.wants)) return { basis, ...answer };
  const denied = denials.length > 0 && denialThatCounts(ask(policy, { ...question, approvals: [] }), denials);
  if (denied) return { basis, allowed: false, reasons: [deniedBy(denied)], wants: wantsNothing };
  return { basis, ...answer };
}

/** Nothing but `true` is a yes: a no without reasons, an error, or what is no answer at all, is a no (law P8). */
function ask(policy: Policy, question: PolicyQuestion): PolicyOpinion {
  try {
    const answer = policy.decide(question);
    if (answer.allowed === true) return { allowed: true };
    const { needs = [], evidence = [] } = answer;
    const wants = { needs, evidence: evidence.map(factText) };
    const reasons = [...answer.reasons, ...wantedReasons(wants)];
    if (reasons.length > 0) return { allowed: false, reasons, wants };
    const silent = reason(
      'policy_denied',
      'The policy says no, without a reason.',
      'Ask whoever keeps the policy.',
    );
    return { allowed: false, reasons: [silent], wants };
  } catch {
    const broken = reason(
      'policy_error',
      'The policy could not be evaluated.',
      'Correct the policy; until then everything is denied.',
    );
    return { allowed: false, reasons: [broken], wants: wantsNothing };
  }
}

/**
 * Whose no ends the matter: anybody's, where without approvals the policy says no; only a group's, where every need is one of
 * a group. What a policy needs is known from its annotations: one that has none wants to hear everybody.
 */
function denialThatCounts(bare: PolicyOpinion, denials: readonly Denial[]): Denial | undefined {
  if (bare.allowed) return undefined;
  const groups = bare.wants.needs.map(({ group }) => group);
  const isForGroups = groups.length > 0 && !groups.includes(null);
  return denials.find((denial) => !isForGroups || denial.groups.some((group) => groups.includes(group)));
}

export const isDenial = ({ code }: Reason): boolean => code === approvalDenied;
const approvalDenied = 'approval_denied';

const deniedBy = ({ principal, reason: why }: Denial): Reason =>
  reason(
    approvalDenied,
    `${principal} said no${why === null ? ', without a reason' : `: ${why}`}.`,
    `Settle it with ${principal}, then submit the plan again under a new idempotency key.`,
  );
