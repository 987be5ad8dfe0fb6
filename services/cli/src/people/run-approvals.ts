import type { RunRecord } from '../reading/run-record.js';
import {
  type Now,
  type StandingRequest,
  type StandingWord,
  standingRequest,
  standingWords,
} from './standing.js';
import { type StandingFact, standingFacts } from './standing-facts.js';

/** A run with what was asked of people, and what they have said. */
export interface RunApprovals {
  readonly record: RunRecord;
  readonly requests: readonly StandingRequest[];
  readonly words: readonly StandingWord[];
  readonly facts: readonly StandingFact[];
}

export function approvalsOf(record: RunRecord, now: Now): RunApprovals {
  const { run, operations, plan } = record;
  const words = standingWords(
    {
      run,
      planDigest: run.planned?.data.plan_digest ?? '',
      requester: plan?.principal ?? run.requested?.data.principal,
    },
    now,
  );
  const facts = standingFacts(run.evidence, run.planned?.data.plan_digest ?? '', now);
  const states = new Map(operations.map(({ id, state }) => [id, state]));
  const requests = run.approvalRequests.map(({ data }) => {
    const standing = standingRequest(data, { words, facts, states, nowIso: now.nowIso });
    return run.status === 'planned' ? standing : { ...standing, standing: 'answered' as const };
  });
  return { record, requests, words, facts };
}
