import { describe, expect, it } from 'vitest';
import { whatToRedrive } from '../redrives/what-to-redrive.js';
import type { RunRecord } from '../runs/run-record.js';
import { uncertainOperation } from './uncertain.js';

const runId = `run_${'0'.repeat(26)}`;

/** As it is read where the blobs of the system are, and with `lost` where they are not. */
function record(phase: string, { lost = false } = {}): RunRecord {
  const operation = { operation_id: 'release', kind: 'publish_release', depends_on: [] };
  return {
    runId,
    run: { status: 'completed', mode: 'prod', planned: {}, cancelled: undefined },
    plan: lost ? undefined : { operations: [operation] },
    operations: [{ id: 'release', state: { phase }, operation: lost ? undefined : operation, events: [] }],
    events: [],
    claims: [],
    contents: {},
  } as unknown as RunRecord;
}
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('what is to be reconciled', () => {
  it('given an uncertain operation that can be read, then it', () => {
    expect(uncertainOperation(record('uncertain'), 'release').one.id).toBe('release');
  });

  it('given there is no such operation, then that is not called certain', () => {
    expect(() => uncertainOperation(record('uncertain'), 'mail')).toThrow(code('operation_not_found'));
  });

  it('given it is not uncertain, then what it is', () => {
    expect(() => uncertainOperation(record('failed'), 'release')).toThrow(code('not_uncertain'));
    expect(() => uncertainOperation(record('failed'), 'release')).toThrow('it is failed');
  });

  it('given it, or the plan it would stand in, cannot be read on this machine, then that is said', () => {
    const lost = record('uncertain', { lost: true });
    expect(() => uncertainOperation(lost, 'release')).toThrow(code('plan_not_shown'));
    expect(() => uncertainOperation(lost, 'mail')).toThrow(code('plan_not_shown'));
  });
});

it('given the plan cannot be read on this machine, then a redrive says that, and not that it is refused', () => {
  expect(() => whatToRedrive(record('failed', { lost: true }), [])).toThrow(code('plan_not_shown'));
});
