import { type MarketOpsEvent, operationStream, runStream } from '@marketops/contracts';
import { describe, expect, test } from 'vitest';
import { testRunId } from '../testing/world.js';
import { judgeRun } from './judge-run.js';

const runId = testRunId(1);
const [run, op] = [runStream(runId), operationStream(runId, 'a')];
const ended = Date.parse('2026-03-01T00:00:00.000Z');
const dayMs = 86_400_000;
const settings = { afterMs: 7 * dayMs, effectsAfterMs: 30 * dayMs, tombstoneMs: dayMs };

const event = (stream: string, seq: number, type: string, data: object = {}, time = ended): MarketOpsEvent =>
  ({ stream, seq, type, data, tenant_id: 'acme', time: new Date(time).toISOString() }) as never;
const completed = event(run, 2, 'run.completed', { status: 'completed' });
const planned = event(op, 1, 'operation.planned');
const judge = (events: readonly MarketOpsEvent[], days: number, more: Partial<typeof settings> = {}) =>
  judgeRun(runId, events, { ...settings, ...more }, ended + days * dayMs);

describe('a run may leave', () => {
  test('when its time after its last event is over, whatever stream that is in', () => {
    const drifted = event(op, 2, 'effect.drifted', {}, ended + 3 * dayMs);
    expect(judge([completed, planned], 6.9)).toMatchObject({ kind: 'later', atMs: ended + 7 * dayMs });
    expect(judge([completed, planned], 7)).toMatchObject({ kind: 'due', run: { status: 'completed' } });
    expect(judge([completed, planned, drifted], 9)).toMatchObject({ kind: 'later' });
    expect(judge([completed, planned, drifted], 10)).toMatchObject({ kind: 'due' });
  });

  test('later where it made something that is still compared with what stands there', () => {
    const started = event(op, 2, 'operation.started', { execution_id: 'x', lease_until: '' });
    const failed = event(op, 3, 'operation.failed');
    expect(judge([planned, started, failed, completed], 29)).toMatchObject({ kind: 'later' });
    expect(judge([planned, started, failed, completed], 30)).toMatchObject({ kind: 'due' });
  });

  test('never where it is switched off', () => {
    expect(judge([completed], 100_000, { afterMs: null as never })).toMatchObject({ kind: 'later' });
  });
});

describe('X2: a run stays', () => {
  const requested = event(run, 1, 'plan.requested', { request_digest: 'd', principal: 'local' });
  test.each([
    ['it has not ended', [requested]],
    ['it was opened again', [completed, event(run, 3, 'run.redriven', { command: {} })]],
    ['an effect is uncertain', [planned, event(op, 2, 'operation.uncertain'), completed]],
    [
      'an execution is under way',
      [planned, event(op, 2, 'operation.started', { lease_until: '' }), completed],
    ],
    ['a receipt may still be used', [planned, event(op, 2, 'receipt.issued', { receipt: {} }), completed]],
    ['a receipt is to be renewed', [planned, event(op, 2, 'receipt.expired'), completed]],
    ['it holds what nobody here knows', [completed, event(run, 3, 'run.something_new')]],
  ])('while %s', (_why, events) => {
    expect(judge(events, 1_000)).toMatchObject({ kind: 'stays' });
  });
});
