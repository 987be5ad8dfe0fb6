import type { ProcessName, ServiceName } from '@marketops/cli';
import { operationStream } from '@marketops/contracts';
import { findRedisServer } from '@marketops/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { allReleases, armFault } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const unless = await findRedisServer().then(
  () => '',
  (fault: unknown) => ` (skipped: ${String(fault)})`,
);

/** In the order of docs/deployment.md: whoever reads what another writes goes first, one process at a time, the standby before the writer. */
const order: readonly ProcessName[] = [
  ...(['ledger-2', 'ledger', 'federation', 'federation-2'] as const),
  ...(['publisher', 'publisher-2', 'planner', 'planner-2'] as const),
];
const services: readonly ServiceName[] = ['ledger', 'federation', 'publisher', 'planner'];
const batch = 6;

/** Requests that make a release and have no answer yet: whoever sent them is at work. */
async function releasesUnderWay(url: string): Promise<number> {
  const answer = await fetch(`${url}/_sim/requests`, { signal: AbortSignal.timeout(10_000) });
  const { requests } = (await answer.json()) as {
    requests: readonly { readonly method: string; readonly path: string; readonly status: number }[];
  };
  return requests.filter(
    ({ method, path, status }) => method === 'POST' && path.endsWith('/releases') && status === 0,
  ).length;
}

/** As Kubernetes and an operator do it: SIGTERM, wait for the end, start what is there now. Two of each, so that work goes on meanwhile. */
describe.skipIf(unless !== '')(`a rolling upgrade under load${unless}`, () => {
  let the: TemporarySystem;
  beforeAll(async () => {
    the = await temporarySystem({
      services: [...services, ...services],
      config: { timing: { lease_ms: 30_000, request_timeout_ms: 10_000, lock_ms: 30_000 } },
    });
    // So slow that publishers are stopped with several requests under way.
    await armFault(the.system.url, {
      kind: 'slow',
      method: 'POST',
      path_pattern: 'releases',
      delay_ms: 2_000,
      count: 100_000,
    });
  }, 180_000);
  afterAll(() => the.close(), 60_000);

  it('given every process is replaced while runs go through, then each run ends well, each effect happened once, and nothing had to be taken over', async () => {
    const { client, system } = the;
    const runs: string[] = [];
    const tags: string[] = [];
    const submitMore = async () => {
      const more = Array.from({ length: batch }, (_, at) => `v${tags.length + at}.0.0`);
      tags.push(...more);
      runs.push(...(await client.submit(more.map((tag) => ({ mode: 'prod', operations: [release(tag)] })))));
    };
    await submitMore();
    const before = { ...system.pids };
    for (const name of order) {
      await submitMore();
      await client.until('work at hand', async () => (await releasesUnderWay(system.url)) >= batch);
      const startedMs = performance.now();
      await system.restart(name);
      // A SIGKILL would come after ten seconds of grace, and a start takes its own time.
      expect(performance.now() - startedMs, name).toBeLessThan(30_000);
      await submitMore();
    }
    expect(order.filter((name) => system.pids[name] === before[name])).toEqual([]);
    await client.ended(runs, 120_000);

    for (const runId of runs)
      expect((await client.run(runId)).completed?.data, runId).toMatchObject({ status: 'completed' });
    const made = (await allReleases(system.url)).map(({ tag_name: tag }) => tag);
    expect(made.sort()).toEqual([...tags].sort());
    const streams = await client.reader.read(runs.map((runId) => operationStream(runId, 'release')));
    for (const { stream, events } of streams) {
      const types = events.map(({ type }) => type).filter((type) => /started|resumed|succeeded/.test(type));
      expect(types, stream).toEqual(['operation.started', 'operation.succeeded']);
    }
    const verified = await commandsOf(system)('verify');
    expect(verified.code, JSON.stringify(verified.said)).toBe(0);
  }, 300_000);
});
