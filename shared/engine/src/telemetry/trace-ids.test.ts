import { describe, expect, it } from 'vitest';
import { createLog } from '../log.js';
import { rootSpanIdOf, subjectOf, subjectOfStream, traceIdOf, traceparentOf } from './trace-ids.js';

const runId = `run_${'k'.repeat(26)}`;
const otherId = `run_${'m'.repeat(26)}`;

describe('the trace of a run', () => {
  it('given a run id, then its trace follows from it, and no other run has it', () => {
    expect(traceIdOf(runId)).toMatch(/^[0-9a-f]{32}$/);
    expect(rootSpanIdOf(runId)).toMatch(/^[0-9a-f]{16}$/);
    expect(traceIdOf(runId)).toBe(traceIdOf(runId));
    expect(traceIdOf(otherId)).not.toBe(traceIdOf(runId));
    expect(traceparentOf(runId)).toBe(`00-${traceIdOf(runId)}-${rootSpanIdOf(runId)}-01`);
    // Other processes, and other releases, must come to the same: this value is for ever.
    expect(traceIdOf(runId)).toMatchInlineSnapshot(`"5be80e10a476d660fe89fa3f76e6b302"`);
  });

  it('given data that anybody may have written, then only what is formed like an id is one', () => {
    expect(subjectOf({ run_id: runId, operation_id: 'tag' })).toEqual({ runId, operationId: 'tag' });
    expect(subjectOf({ run_id: runId, operation_id: 'a\nb' })).toEqual({ runId });
    for (const data of [
      null,
      'x',
      7,
      [],
      {},
      { run_id: 'run_1' },
      { run_id: `${runId}\n` },
      { operation_id: 'tag' },
    ])
      expect(subjectOf(data)).toEqual({});
    expect(subjectOfStream(`op/${runId}/tag`)).toEqual({ runId, operationId: 'tag' });
    expect(subjectOfStream(`run/${runId}`)).toEqual({ runId });
    for (const stream of ['system', 'op', `tenant/${runId}`, 'x'.repeat(10_000), 7, undefined])
      expect(subjectOfStream(stream)).toEqual({});
  });
});

describe('a line of the log', () => {
  const line = (fields: object): Record<string, unknown> => {
    const written: string[] = [];
    createLog('planner', 'info', { write: (text) => void written.push(text) }).info(fields, 'x');
    return JSON.parse(written.join('')) as Record<string, unknown>;
  };

  it('given a run, or the stream of one, then it names the run, the operation and the trace', () => {
    expect(line({ run_id: runId })).toMatchObject({ run_id: runId, trace_id: traceIdOf(runId) });
    expect(line({ stream: `op/${runId}/tag` })).toMatchObject({
      run_id: runId,
      operation_id: 'tag',
      trace_id: traceIdOf(runId),
    });
    expect(line({ stream: 'system' })).not.toHaveProperty('trace_id');
    expect(line({ run_id: 'whatever somebody wrote' })).not.toHaveProperty('trace_id');
  });

  it('X3: given a secret beside the ids, then it is taken out and the ids stay', () => {
    const written = line({
      run_id: runId,
      token: 'ghp_secret',
      deep: { Authorization: 'Bearer ghp_secret' },
    });
    expect(written).toMatchObject({ run_id: runId, trace_id: traceIdOf(runId), token: '[redacted]' });
    expect(JSON.stringify(written)).not.toContain('ghp_secret');
  });
});
