import {
  foldOperation,
  foldRun,
  type MarketOpsEvent,
  type OperationPhase,
  runStream,
  vocabulary,
} from '@marketops/contracts';
import type { RetiredRun } from '@marketops/store';
import { groupBy } from './group-by.js';
import type { RetentionSettings } from './settings.js';

/** Whether a run may leave Redis. */
export type Verdict =
  /** It has ended and nothing of it is wanted any more. */
  | { readonly kind: 'due'; readonly run: RetiredRun }
  /** It has ended; it may leave at this time, where nothing happens to it until then. */
  | { readonly kind: 'later'; readonly run: RetiredRun; readonly atMs: number }
  /** It has not ended, or something of it is open: why. */
  | { readonly kind: 'stays'; readonly why: string };

/** Of a run that has ended: a receipt that may still be used, an effect of which nobody knows what became of it. */
const open: ReadonlySet<OperationPhase> = new Set(['authorized', 'expired', 'started', 'uncertain']);

/**
 * Judges a run by all of its events, as the ledger has them. A redrive leads back from the end, and with an order to look an
 * operation up that is uncertain: both are open. What this release does not know may be anything, and stays. Pure.
 * @param events of all streams of the run, each in its order
 */
export function judgeRun(
  runId: string,
  events: readonly MarketOpsEvent[],
  { afterMs, effectsAfterMs }: RetentionSettings,
  nowMs: number,
): Verdict {
  const unknown = events.find(({ type }) => !Object.hasOwn(vocabulary, type));
  if (unknown !== undefined) return stays(`it holds ${unknown.type}, which this release does not know`);
  const byStream = groupBy(events, ({ stream }) => stream);
  const run = foldRun(byStream.get(runStream(runId)) ?? []);
  if (run.status !== 'completed' && run.status !== 'rejected') return stays('it has not ended');
  let hasEffects = false;
  for (const [stream, own] of byStream) {
    if (stream === runStream(runId)) continue;
    const { phase } = foldOperation(own);
    if (open.has(phase)) return stays(`${stream} is ${phase}`);
    hasEffects ||= own.some(({ type }) => type === 'operation.started');
  }
  const endedAt =
    events
      .map(({ time }) => time)
      .sort()
      .at(-1) ?? '';
  const left: RetiredRun = {
    runId,
    requestDigest: run.requested?.data.request_digest ?? null,
    principal: run.requested?.data.principal ?? null,
    tenantId: run.tenantId,
    status: run.completed?.data.status ?? 'rejected',
    lastSeq: run.lastSeq,
    endedAt,
  };
  const waitMs = afterMs === null ? Number.POSITIVE_INFINITY : hasEffects ? effectsAfterMs : afterMs;
  const atMs = Date.parse(endedAt) + waitMs;
  return nowMs >= atMs ? { kind: 'due', run: left } : { kind: 'later', run: left, atMs };
}

const stays = (why: string): Verdict => ({ kind: 'stays', why });
