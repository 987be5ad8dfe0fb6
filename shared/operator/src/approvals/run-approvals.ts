import type { HeardStatement } from '@marketops/policy/hearing';
import type { RunRecord } from '../runs/run-record.js';
import { hearingOf, type Now } from './hearing-of.js';
import { type StandingRequest, type StandingWord, standingRequest, standingWord } from './standing.js';

/** A run with what was asked of people, and what they have said. */
export interface RunApprovals {
  readonly record: RunRecord;
  readonly requests: readonly StandingRequest[];
  readonly words: readonly StandingWord[];
  readonly facts: readonly HeardStatement[];
}

export function approvalsOf(record: RunRecord, now: Now): RunApprovals {
  const { run, operations } = record;
  const hearing = hearingOf(record, now);
  const states = new Map(operations.map(({ id, state }) => [id, state]));
  const requests = run.approvalRequests.map(({ data }) => {
    const standing = standingRequest(data, hearing, states, now.nowIso);
    return run.status === 'planned' ? standing : { ...standing, standing: 'answered' as const };
  });
  const words = hearing.approvals.map((heard) => standingWord(heard, [...states.keys()]));
  return { record, requests, words, facts: hearing.statements };
}
