import { initialRun, type PlanRequest, type RunState } from '@marketops/contracts';
import { openTestEngine, type TestEngine } from '@marketops/engine/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../runs/run-record.js';
import type { Live } from '../system/live.js';
import { writeSystemFile } from '../system/system-file.js';
import { isAsHoped } from './as-hoped.js';
import { refuseForgetful } from './refuse-forgetful.js';
import { retryOf } from './retry.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine({ actor: 'planner' });
});
afterAll(() => engine.close());

const runId = `run_${'a'.repeat(26)}`;
const request: PlanRequest = {
  ...{ tenant_id: 'acme', mode: 'dry_run', repository: 'acme/widgets', idempotency_key: 'first' },
  operations: [{ id: 'tag', kind: 'tag_repo', tag_name: 'v1', depends_on: [] }],
};
const requested = { data: { principal: 'ci' } } as unknown as NonNullable<RunState['requested']>;
const ended = (over: Partial<RunState> = {}, more: Partial<RunRecord> = {}) =>
  ({
    ...{ runId, request },
    run: { ...initialRun, mode: 'dry_run', status: 'completed', requested, ...over },
    ...more,
  }) as RunRecord;
const code = (name: string) => expect.objectContaining({ code: name }) as Error;

describe('retryOf', () => {
  it('given a run that has ended, then the same is asked for under another key, as what it is of', () => {
    const again = retryOf(engine.loaded, ended(), { mode: undefined, key: 'second' });
    expect(again).toMatchObject({ principal: 'ci', idempotencyKey: 'second' });
    expect(again.request).toEqual({ ...request, idempotency_key: 'second', retry_of: runId });
    expect(again.runId).not.toBe(runId);
  });

  it('given another mode, then it is asked for in that one: a dry run itself is never promoted', () => {
    expect(retryOf(engine.loaded, ended(), { mode: 'prod', key: 'second' }).request.mode).toBe('prod');
    expect(
      retryOf(engine.loaded, ended({ status: 'rejected' }), { mode: undefined, key: 'k' }).request.mode,
    ).toBe('dry_run');
  });

  it('given it has not ended, or cannot be read here, or its principal may not ask any more, then it is refused', () => {
    const options = { mode: undefined, key: 'second' };
    expect(() => retryOf(engine.loaded, ended({ status: 'planned' }), options)).toThrow(
      code('retry_refused'),
    );
    const unread = ended();
    expect(() => retryOf(engine.loaded, { ...unread, request: undefined }, options)).toThrow(
      code('retry_refused'),
    );
    const stranger = { data: { principal: 'stranger' } } as unknown as NonNullable<RunState['requested']>;
    expect(() => retryOf(engine.loaded, ended({ requested: stranger }), options)).toThrow(
      code('principal_not_allowed'),
    );
  });
});

describe('isAsHoped', () => {
  it('given a dry run, then blocked is what was hoped for; given prod, then only completed', () => {
    const hoped = (mode: 'dry_run' | 'prod') =>
      ['completed', 'blocked', 'failed', 'cancelled', 'rejected'].filter((status) => isAsHoped(status, mode));
    expect([hoped('dry_run'), hoped('prod')]).toEqual([['completed', 'blocked'], ['completed']]);
  });
});

describe('refuseForgetful', () => {
  const live = (durable: boolean) => ({ facts: { version: '7.2.0', durable } }) as unknown as Live;

  it('given a Redis that keeps no file, then prod is refused, and a dry run is not', () => {
    expect(() => refuseForgetful(live(false), engine.loaded, 'prod')).toThrow(code('redis_not_durable'));
    expect(() => refuseForgetful(live(false), engine.loaded, 'dry_run')).not.toThrow();
    expect(() => refuseForgetful(live(true), engine.loaded, 'prod')).not.toThrow();
  });

  it('given it was said to be acceptable, in the file or when the system was started, then it is taken', () => {
    const { loaded } = engine;
    const config = { ...loaded.config, allow_non_durable_redis: true };
    expect(() => refuseForgetful(live(false), { ...loaded, config }, 'prod')).not.toThrow();
    writeSystemFile(loaded.dataDir, {
      ...{ pid: process.pid, redis_url: 'redis://127.0.0.1:1', github_url: 'http://127.0.0.1:1' },
      ...{ allow_non_durable_redis: true, redis_users: false, started_at: new Date().toISOString() },
      ...{ redis: 'a test', github_simulated: true, services: {} },
    });
    expect(() => refuseForgetful(live(false), loaded, 'prod')).not.toThrow();
  });
});
