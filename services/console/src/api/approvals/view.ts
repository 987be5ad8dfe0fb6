import { isoTime } from '@marketops/engine';
import { AuthorityError, approvalsOf, type RunRecord, refuseWorthless, shownPlan } from '@marketops/operator';
import type { Caller } from '../../access/caller.js';
import type { World } from '../../world/world.js';
import type { z } from '../define.js';
import { tenantOf } from '../runs/find.js';
import type { RunApprovalsView } from './contract.js';

type View = z.input<typeof RunApprovalsView>;

/** What was asked of people about a run, what they have said, and whether the caller’s word could count. */
export function approvalsView(world: World, caller: Caller, record: RunRecord): View {
  const { runId, run, plan } = record;
  const now = { keyring: world.engine.keyring, audience: world.audience(), nowIso: isoTime(world.nowMs()) };
  const { requests, words } = approvalsOf(record, now);
  const own = words.filter(
    ({ approval, fault }) =>
      approval.approver === caller.principal && approval.verdict === 'grant' && fault === undefined,
  );
  return {
    run_id: runId,
    tenant_id: tenantOf(record),
    principal: plan?.principal ?? run.requested?.data.principal ?? null,
    repositories: [...new Set(plan?.operations.map(({ repository }) => repository) ?? [])],
    status: run.status,
    plan_digest: run.planned?.data.plan_digest ?? null,
    requests: requests.map(({ request, standing, needs, missingEvidence }) => ({
      ...{ request_id: request.request_id, plan_digest: request.plan_digest },
      ...{ operation_ids: request.operation_ids, reasons: request.reasons, expires_at: request.expires_at },
      needs: needs.map((need) => ({ ...need })),
      evidence: request.evidence ?? [],
      missing_evidence: [...missingEvidence],
      standing,
    })),
    said: words.map(({ approval, time, groups, countsFor, fault }) => ({
      approval,
      recorded_at: time,
      groups: [...groups],
      counts: fault === undefined,
      counts_for: [...countsFor],
      because: fault ?? null,
    })),
    caller: {
      ...mayCaller(caller, record, now.nowIso),
      grants: own.map(({ approval }) => approval.approval_id),
    },
  };
}

/** As far as can be told without a signature. */
function mayCaller(caller: Caller, record: RunRecord, nowIso: string) {
  try {
    const about = { verdict: 'grant', operations: 'all', approver: caller.principal } as const;
    refuseWorthless(shownPlan(record), about, nowIso);
    return { may: true, code: null, why: null };
  } catch (fault) {
    if (!(fault instanceof AuthorityError)) throw fault;
    return { may: false, code: fault.code, why: fault.message };
  }
}
