import type { OperationKind } from '@marketops/contracts';
import { cedar } from './cedar.js';
import type { Verdict } from './memory.js';
import type { PolicyAnswer, PolicyQuestion } from './port.js';
import type { Prepared } from './prepared.js';
import { errorReason, forbidReason, noPermit } from './reasons.js';
import { cedarRequest } from './request.js';
import { wantsOf } from './wants.js';

type Asked =
  | Verdict
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
    return {
      allowed: false,
      reasons: [noPermit(prepared.rules, question.operation)],
      policies: [],
      needs: [],
    };
  return {
    allowed: false,
    reasons: forbids.slice(0, reasonsMax).map(forbidReason),
    policies,
    ...wantsOf(question, forbids, (granted) => ask(prepared, granted).decision === 'allow'),
  };
}

/** Attributes of the context that come from what people and issuers have said. */
const ofStatements = ['approval_count', 'approvals', 'evidence'];

export const weighsStatements = ({ mentions }: Prepared, kind: OperationKind): boolean => {
  const { context } = mentions[kind];
  return context === 'all' || ofStatements.some((name) => context.has(name));
};

const reasonsMax = 20;

/** What Cedar itself says: the only source of a yes. */
function ask({ names, mentions, memory }: Prepared, question: PolicyQuestion): Asked {
  try {
    const request = cedarRequest(mentions, question);
    const key = JSON.stringify(request);
    // Behind the door too what is remembered: once the engine has failed, nothing gets a yes.
    const answer = cedar(
      (engine) =>
        memory.get(key) ??
        engine.statefulIsAuthorized({ ...request, preparsedPolicySetId: names[request.action.id] }),
    );
    if ('decision' in answer) return answer;
    if (answer.type === 'failure')
      return { decision: 'error', ids: [], message: answer.errors[0]?.message ?? 'it was not understood' };
    const { decision, diagnostics } = answer.response;
    const [error] = diagnostics.errors;
    if (error !== undefined) {
      const ids = diagnostics.errors.map(({ policyId }) => policyId).sort();
      return { decision: 'error', ids, message: `${ids.join(', ')}: ${error.error.message}` };
    }
    const ids = Object.freeze([...diagnostics.reason].sort());
    const verdict: Verdict = { decision: decision === 'allow' && ids.length > 0 ? 'allow' : 'deny', ids };
    memory.put(key, verdict);
    return verdict;
  } catch (fault) {
    return { decision: 'error', ids: [], message: fault instanceof Error ? fault.message : String(fault) };
  }
}
