import { liveOf, type Runs } from '../runs/runs.js';
import { unfinishedRuns } from '../runs/unfinished-runs.js';
import type { Now } from './hearing-of.js';
import { approvalsOf, type RunApprovals } from './run-approvals.js';

/** So many unfinished runs are looked at; the rest is told by number. */
const runsMax = 1_000;

/** Runs that wait for somebody's word, and how many unfinished runs were not looked at. @throws OperatorError `redis_unreachable` */
export async function openApprovals(
  runs: Runs,
  now: Now,
): Promise<{ readonly waiting: readonly RunApprovals[]; readonly unlookedAt: number }> {
  const ids = await unfinishedRuns(liveOf(runs).store, runsMax);
  const waiting: RunApprovals[] = [];
  for (const id of ids.slice(0, runsMax)) {
    const one = approvalsOf(await runs.read(id), now);
    if (one.requests.some(({ standing }) => standing === 'open')) waiting.push(one);
  }
  return { waiting, unlookedAt: Math.max(0, ids.length - runsMax) };
}

/** As `--json` gives it. */
export function approvalsJson({ record, requests, words, facts }: RunApprovals) {
  const { runId, run, plan } = record;
  return {
    run_id: runId,
    tenant_id: run.tenantId,
    principal: plan?.principal ?? run.requested?.data.principal ?? null,
    status: run.status,
    plan_digest: run.planned?.data.plan_digest ?? null,
    requests: requests.map(({ request, standing, needs, missingEvidence }) => ({
      ...{ ...request, needs, standing },
      missing_evidence: missingEvidence,
    })),
    said: words.map(({ approval, time, groups, countsFor, fault }) => ({
      ...approval,
      recorded_at: time,
      groups,
      counts: fault === undefined,
      counts_for: countsFor,
      because: fault ?? null,
    })),
    evidence: facts.map(({ evidence, fault }) => ({
      ...evidence,
      counts: fault === undefined,
      because: fault ?? null,
    })),
  };
}
