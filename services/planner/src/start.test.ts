import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault, runStream } from '@marketops/contracts';
import { type Engine, initialize, runService } from '@marketops/engine';
import { collector, deferred, testConfig } from '@marketops/engine/testing';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { partitionCount } from '@marketops/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPlanner } from './start.js';
import { principals, runIdOf, tagRequest } from './testing/harness.js';
import { type World, world } from './testing/world.js';

let server: ProvidedRedis;
let folder: string;
let engine: Engine;
let its: World;
/** What reaches federation, and what the planner is woken for. */
let forFederation: ReturnType<typeof collector<string>>;

beforeAll(async () => {
  server = await testRedis();
});
afterAll(() => server.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'marketops-planner-'));
  const timing = { backoff_ms: 10, sweep_every_ms: 50 };
  const config = { ...testConfig, principals, redis_url: server.url, timing };
  initialize({ configPath: join(folder, 'marketops.yml'), config, now: new Date() });
  vi.stubEnv('MARKETOPS_CONFIG', join(folder, 'marketops.yml'));
  vi.stubEnv('MARKETOPS_LOG_LEVEL', 'silent');
  its = world();
  forFederation = collector<string>();
  const opened = deferred<Engine>();
  await runService('planner', (host) => {
    startPlanner(host, { discovery: its.discovery });
    host.work('{authorizations}', async ({ data }) =>
      Promise.resolve(forFederation.push((data as { run_id: string }).run_id)),
    );
    opened.resolve(host);
  });
  engine = await opened.promise;
  for (let at = 0; at < partitionCount; at += 1) {
    await engine.store.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 1 });
  }
});
afterEach(async () => {
  const closed = new Promise<void>((resolve) => engine.onStop(async () => Promise.resolve(resolve())));
  process.emit('SIGTERM');
  await closed;
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const types = async (runId: string) => {
  const [view] = await engine.reader.read([runStream(runId)]);
  return view?.events.map(({ type }) => type);
};
const add = (queue: string, data: Record<string, unknown>, jobId?: string) =>
  engine.queues.enqueue([{ queue, name: 'plan.requested', data, ...(jobId === undefined ? {} : { jobId }) }]);

describe('the planner on a real queue', () => {
  it('E2: given a job without a key, then its number and time name the run, and the plan goes to federation', async () => {
    const { idempotency_key: _, ...bare } = tagRequest();
    await add('{plans-ci}', bare);
    const runId = await forFederation.at(1);
    const [view] = await engine.reader.read([runStream(runId)]);
    const requested = view?.events[0];
    expect(requested).toMatchObject({ type: 'plan.requested', data: { principal: 'ci' } });
    expect(requested?.type === 'plan.requested' && requested.data.idempotency_key).toMatch(/^job-\d+-\d+$/);
  });

  it('given GitHub is away for two attempts, then the third plans the run that was recorded at the first', async () => {
    const away = () => new Fault('timeout', 'away', { next: '', retry: 'transient' });
    its.faults.push(away(), away());
    await add('{plans-ci}', tagRequest({ idempotency_key: 'slow' }));
    expect(await forFederation.at(1)).toBe(runIdOf('slow'));
    expect(await types(runIdOf('slow'))).toEqual(['plan.requested', 'plan.generated']);
  });

  it('F4: given the same request in two principals’ queues, then they are two runs, each of its own principal', async () => {
    const dry = tagRequest({ idempotency_key: 'both', mode: 'dry_run' });
    await add('{plans-ci}', dry);
    await add('{plans-intern}', dry);
    await forFederation.at(2);
    expect([...forFederation.values].sort()).toEqual([runIdOf('both'), runIdOf('both', 'intern')].sort());
  });
});
