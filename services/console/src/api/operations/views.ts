import type { PublicKey } from '@marketops/contracts';
import { isoTime } from '@marketops/engine';
import type { AccountLimitsNow, DeadLetter } from '@marketops/operator';
import type { Queue } from 'bullmq';
import { covers, type Tenants } from '../../access/caller.js';
import type { z } from '../define.js';
import type { AccountLimitsView, DeadLetterView, KeyView, QueueView } from './contract.js';

const soonMs = 30 * 86_400_000;
const timeOf = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function limitsView(
  { account, budget, status }: AccountLimitsNow,
  visible: Tenants,
): z.input<typeof AccountLimitsView> {
  const none = { next_write_at: null, paused_until: null, reported: null, requests: null, operations: null };
  if (budget === undefined || status === undefined) return { account, kept: false, windows: [], ...none };
  const { windows, reported, waiting } = status;
  return {
    account,
    kept: true,
    windows: windows.map(({ window, max, used, left, moreAtMs, allAtMs }) => ({
      ...{ window, max, used, left, more_at: timeOf(moreAtMs), all_at: timeOf(allAtMs) },
    })),
    next_write_at: isoTime(status.nextWriteAtMs),
    paused_until: timeOf(status.pausedUntilMs),
    reported:
      reported === null
        ? null
        : { limit: reported.limit, remaining: reported.remaining, resets_at: isoTime(reported.resetsAtMs) },
    requests: { under_way: status.requestsUnderWay, max: budget.concurrentRequests },
    operations: {
      under_way: status.operationsUnderWay,
      max: budget.executions,
      waiting: waiting
        .filter(({ tenant }) => covers(visible, tenant))
        .map(({ tenant, operations }) => ({ tenant, operations })),
    },
  };
}

const remedyOf = (help: string): z.input<typeof DeadLetterView>['remedy'] =>
  (['redrive', 'reconcile', 'retry'] as const).find((verb) => help.startsWith(`marketops ${verb}`)) ?? 'look';

export const letterView = (letter: DeadLetter): z.input<typeof DeadLetterView> => ({
  kind: letter.kind,
  subject: letter.subject,
  run_id: letter.runId,
  operation_id: letter.operationId,
  ...{ state: letter.state, since: letter.since, help: letter.help, hint: letter.hint },
  why: { code: letter.why.code, message: letter.why.message },
  remedy: remedyOf(letter.help),
});

export function keyInfo(key: PublicKey, nowMs: number): z.input<typeof KeyView> {
  const notAfter = key.not_after ?? null;
  const left = notAfter === null ? null : Date.parse(notAfter) - nowMs;
  const state =
    key.revoked_at !== null
      ? 'revoked'
      : Date.parse(key.not_before) > nowMs
        ? 'not_yet'
        : left === null || left > soonMs
          ? 'good'
          : left <= 0
            ? 'expired'
            : 'expiring';
  return {
    ...{ key_id: key.key_id, purpose: key.purpose, algorithm: key.algorithm },
    holder: 'actor' in key ? key.actor : 'issuer' in key ? key.issuer : key.principal,
    groups: 'groups' in key ? key.groups : [],
    ...{ not_before: key.not_before, not_after: notAfter, revoked_at: key.revoked_at },
    ...{ state, expires_in_ms: left },
  };
}

/** How full a queue is, and how old the oldest waiting job. */
export async function queueView(
  name: string,
  queue: Queue,
  nowMs: number,
): Promise<z.input<typeof QueueView>> {
  const [counts, workers, paused, [oldest]] = await Promise.all([
    queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed'),
    queue.getWorkersCount().catch(() => null),
    queue.isPaused(),
    // The oldest stands at the end: jobs are taken from there.
    queue.getWaiting(0, 0),
  ]);
  const count = (state: string): number => counts[state] ?? 0;
  return {
    name,
    waiting: count('waiting') + count('prioritized'),
    ...{ active: count('active'), delayed: count('delayed'), failed: count('failed') },
    ...{ paused, workers },
    oldest_age_ms: oldest === undefined ? null : Math.max(0, Math.round(nowMs - oldest.timestamp)),
  };
}
