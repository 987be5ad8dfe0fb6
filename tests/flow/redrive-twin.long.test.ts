import { operationStream } from '@marketops/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { allReleases, armFault, simulatedRequests } from '../support/simulated-github.js';
import { shortTiming, type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

describe('a publisher that stalls in the middle of an execution', { timeout: 120_000 }, () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;
  let stopped: number | undefined;
  beforeAll(async () => {
    the = await temporarySystem({
      config: { timing: shortTiming },
      services: ['ledger', 'planner', 'federation', 'publisher', 'publisher'],
    });
    marketops = commandsOf(the.system);
    expect((await marketops('approver', 'add', 'alice')).code).toBe(0);
  });
  afterAll(async () => {
    if (stopped !== undefined) process.kill(stopped, 'SIGCONT');
    await the.close();
  });

  it('X2, R3: given another worker ends the execution, it is redriven and ships, and then the first wakes up, then it says nothing and writes nothing', async () => {
    const { client, system } = the;
    await system.kill('publisher-2');
    // What it looks up first takes so long that it is stopped while it waits.
    await armFault(system.url, {
      kind: 'slow_before',
      method: 'GET',
      path_pattern: 'releases',
      delay_ms: 900,
    });
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v1.0.0')] }]);
    await client.until(
      'the start',
      async () => (await client.operation(runId, 'release')).started !== undefined,
    );
    const pid = system.pids['publisher'];
    if (pid === undefined) throw new TypeError('no publisher runs');
    stopped = pid;
    process.kill(pid, 'SIGSTOP');

    // The other takes over when the lease has ended, and GitHub sends it somewhere else: a failure for good.
    await armFault(system.url, { kind: 'redirect_307', method: 'POST', location: `${system.url}/elsewhere` });
    await system.restart('publisher-2');
    await client.ended([runId]);
    const failed = await client.operation(runId, 'release');
    expect(failed.phase).toBe('failed');
    const redriven = await marketops('redrive', runId, '--reason', 'GitHub is well', '--yes', '--wait');
    expect(redriven).toMatchObject({ code: 0, said: { outcome: { status: 'completed' } } });
    const [view] = await client.reader.read([operationStream(runId, 'release')]);
    const { writes } = await simulatedRequests(system.url);

    process.kill(pid, 'SIGCONT');
    stopped = undefined;
    // Awake, and through with what it held: it works again, and another run goes its whole way with it.
    await client.until('its health', async () => (await system.health('publisher'))['healthy'] === true);
    await system.kill('publisher-2');
    const [control = ''] = await client.submit([{ mode: 'prod', operations: [release('v1.0.1')] }]);
    await client.ended([control]);
    const [after] = await client.reader.read([operationStream(runId, 'release')]);
    expect(after?.events).toEqual(view?.events);
    // Those of the other run, and no more.
    const shipped = (await allReleases(system.url)).map(({ tag_name: tag }) => tag).sort();
    expect(shipped).toEqual(['v1.0.0', 'v1.0.1']);
    expect((await simulatedRequests(system.url)).writes).toBe(writes + 1);
  });
});
