import { isoTime, loadConfig } from '@marketops/engine';
import { parseRunId } from '../arguments.js';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import type { Now } from '../people/hearing-of.js';
import { approvalsOf, type RunApprovals } from '../people/run-approvals.js';
import { systemAudience } from '../reading/audience.js';
import { liveOf, openRuns } from '../reading/runs.js';
import { unfinishedRuns } from '../reading/unfinished-runs.js';
import { renderApprovals } from '../render/approvals.js';

/** So many unfinished runs are looked at; the rest is told by number. */
const runsMax = 1_000;

export async function approvals(
  { output, env, configPath }: Invocation,
  [text]: readonly string[],
): Promise<number> {
  const asked = text === undefined ? undefined : parseRunId(text);
  const loaded = loadConfig(configPath, env);
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs);
    const nowIso = isoTime(Date.now());
    const now: Now = { keyring: live.keyring, audience: systemAudience(loaded, env), nowIso };
    const ids = asked === undefined ? await unfinishedRuns(live.store, runsMax) : [asked];
    const looked = ids.slice(0, runsMax);
    const all: RunApprovals[] = [];
    for (const id of looked) {
      const one = approvalsOf(await runs.read(id), now);
      if (asked !== undefined || one.requests.some(({ standing }) => standing === 'open')) all.push(one);
    }
    output.document({ now: nowIso, runs: all.map(asJson) });
    if (all.length === 0) output.line('Nothing waits for an approval.');
    for (const one of all) renderApprovals(output, one, nowIso);
    if (ids.length > looked.length)
      output.note(`${ids.length - looked.length} more unfinished runs were not looked at.`);
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}

function asJson({ record, requests, words, facts }: RunApprovals) {
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
