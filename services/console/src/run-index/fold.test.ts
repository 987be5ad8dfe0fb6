import {
  type EventDraft,
  foldOperation,
  isTerminal,
  type MarketOpsEvent,
  operationStream,
} from '@marketops/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { beginRun, foldInto } from './fold.js';
import { rowOf } from './listed-run.js';

const runId = `run_${'a'.repeat(26)}`;
const time = '2026-03-01T12:00:00.000Z';
const reason = { code: 'because', message: 'Why.', remedy: 'What to do.' };
const ids = { operation_id: 'tag', receipt_id: `rcp_01K${'0'.repeat(23)}` };

/** What both folds look at of an event of an operation; nothing else of it is read. */
const drafts = [
  { type: 'operation.blocked', data: { ...ids, reason } },
  { type: 'receipt.issued', data: { receipt: ids } },
  { type: 'receipt.advised', data: { advisory: { reasons: [reason] } } },
  { type: 'receipt.expired', data: { ...ids, reason } },
  { type: 'receipt.revoked', data: { ...ids, reason } },
  { type: 'operation.started', data: ids },
  { type: 'operation.resumed', data: ids },
  { type: 'operation.held', data: { ...ids, check: 'fresh', reason } },
  { type: 'operation.retried', data: ids },
  { type: 'operation.succeeded', data: { audit: { error_code: null } } },
  { type: 'operation.failed', data: { audit: { error_code: 'x' } } },
  { type: 'operation.refused', data: { reason } },
  { type: 'operation.uncertain', data: { reason } },
  { type: 'operation.skipped', data: { ...ids, reason } },
  { type: 'operation.reconciled', data: { found: 'effect', audit: { error_code: null } } },
  { type: 'operation.reconciled', data: { found: 'absent', audit: { error_code: 'x' } } },
  { type: 'operation.redriven', data: { command_id: 'c' } },
  { type: 'effect.drifted', data: ids },
  { type: 'effect.restored', data: ids },
] as unknown as readonly EventDraft[];
const planned = {
  type: 'operation.planned',
  data: { ...ids, operation_kind: 'tag_repo', operation: null },
} as unknown as EventDraft;

const eventOf = (draft: EventDraft, seq: number): MarketOpsEvent =>
  ({
    ...{ id: String(seq), stream: operationStream(runId, 'tag'), seq, version: 1, tenant_id: 'acme' },
    ...{ run_id: runId, mode: 'prod', actor: 'planner', time, causation_id: null, correlation_id: null },
    ...draft,
  }) as MarketOpsEvent;

it('given anything that is said of an operation, then the list and the contract agree where it stands', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...drafts), { maxLength: 12 }), (said) => {
      const events = [planned, ...said].map((draft, at) => eventOf(draft, at + 1));
      const [first] = events;
      const run = first === undefined ? undefined : beginRun(first, 1);
      if (run === undefined) throw new RangeError('no run');
      for (const event of events) foldInto(run, event, event.seq);
      const state = foldOperation(events);
      expect(run.operations.get('tag')?.phase).toBe(state.phase);
      const { counts } = rowOf(run);
      const ended = counts.succeeded + counts.failed + counts.skipped + counts.uncertain + counts.blocked;
      expect(ended).toBe(isTerminal(state) || state.phase === 'blocked' ? 1 : 0);
      expect(run.flags.has('drifted')).toBe(state.drifted !== undefined);
      expect(run.flags.has('uncertain')).toBe(state.phase === 'uncertain');
    }),
    { numRuns: 2_000 },
  );
});
