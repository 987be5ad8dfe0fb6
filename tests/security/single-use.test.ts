import type { ProcessName } from '@marketops/cli';
import { flipped } from '@marketops/cli/testing';
import { type MarketOpsEvent, operationStream, type Receipt } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../support/requests.js';
import { allReleases, armFault, simulatedRequests } from '../support/simulated-github.js';
import { shortTiming, type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const publications = queueNames.publications('acme');
const publishers = ['publisher', 'publisher-2', 'publisher-3'] as const;
const consumers = 100;

/**
 * A receipt is used once (laws P4, R3), whoever presents it, how often, and whatever dies meanwhile. Old bytes of its
 * stream put back into Redis are in rolled-back-stream.test.ts.
 */
describe('single use, over three publisher processes', { timeout: 120_000 }, () => {
  let the: TemporarySystem;
  beforeAll(async () => {
    // The sweeper would present a waiting receipt too; here only what a test presents is counted.
    the = await temporarySystem({
      config: { timing: { ...shortTiming, run_deadline_ms: 3_600_000 } },
      services: ['ledger', 'planner', 'federation', 'publisher', 'publisher', 'publisher'],
    });
  });
  afterAll(() => the.close());

  const each = async (act: (name: ProcessName) => Promise<void>) =>
    void (await Promise.all(publishers.map(act)));
  const killPublishers = () => each((name) => the.system.kill(name));
  const startPublishers = () => each((name) => the.system.restart(name));

  /** How many of these jobs are there still; handled ones are pruned. */
  const jobsLeft = async (ids: readonly string[]): Promise<number> => {
    const redis = connectRedis(the.system.redisUrl);
    const left = await redis.exists(...ids.map((id) => `bull:${publications}:${id}`));
    redis.disconnect();
    return left;
  };

  /** A run whose receipt nobody has used: its own job is gone, and no publisher runs. */
  const unused = async (tag: string): Promise<{ runId: string; receipt: Receipt; job: object }> => {
    const { client } = the;
    await killPublishers();
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release(tag)] }]);
    await client.until(
      'a receipt',
      async () => (await client.operation(runId, 'release')).issued !== undefined,
    );
    const receipt = (await client.operation(runId, 'release')).issued?.data.receipt;
    if (receipt === undefined) throw new TypeError('there is no receipt');
    await client.until('the receipt’s own job', async () => (await jobsLeft([receipt.receipt_id])) === 1);
    await client.drain(publications);
    return { runId, receipt, job: presenting(receipt) };
  };
  const presenting = (receipt: Receipt, over: object = {}) => ({
    ...{ run_id: receipt.run_id, operation_id: 'release', operation_kind: 'publish_release', mode: 'prod' },
    ...{ receipt, ...over },
  });
  const forge = (job: object, jobId: string) =>
    the.client.forge(publications, 'receipt.issued', job, { jobId });

  const eventsOf = async (runId: string): Promise<readonly MarketOpsEvent[]> =>
    (await the.client.reader.read([operationStream(runId, 'release')]))[0]?.events ?? [];
  const countOf = (events: readonly MarketOpsEvent[], type: MarketOpsEvent['type']): number =>
    events.filter((event) => event.type === type).length;
  const releasesOf = async (tag: string) =>
    (await allReleases(the.system.url)).filter(({ tag_name }) => tag_name === tag);
  /** How many presentations the publishers have refused since they started, however few events they share. */
  const refused = async (): Promise<number> => {
    const counts = await Promise.all(
      publishers.map(async (name) => {
        const { gate } = (await the.system.health(name)) as unknown as {
          gate: { recorded: number; repeated: number; dropped: number };
        };
        return gate.recorded + gate.repeated + gate.dropped;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };

  it('one hundred parallel consumers, one winner: one start, ninety-nine refusals, one effect (P4, R3)', async () => {
    const { client } = the;
    const { runId, job } = await unused('v1.0.0');
    const before = (await client.refusals()).length;
    await Promise.all(Array.from({ length: consumers }, (_, at) => forge(job, `consumer-${at}`)));
    await startPublishers();
    await client.ended([runId]);
    await client.until('ninety-nine refusals', async () => (await refused()) >= consumers - 1);

    expect(await refused()).toBe(consumers - 1);
    const events = await eventsOf(runId);
    expect(countOf(events, 'operation.started')).toBe(1);
    expect(countOf(events, 'operation.resumed')).toBe(0);
    expect(countOf(events, 'operation.succeeded')).toBe(1);
    expect(await releasesOf('v1.0.0')).toHaveLength(1);
    // The same bytes refused for the same reason are one event, or one of each process that could not know of it yet.
    const said = (await client.refusals()).slice(before);
    expect(said.length).toBeGreaterThanOrEqual(1);
    expect(said.length).toBeLessThanOrEqual(publishers.length);
    for (const event of said)
      expect(event).toMatchObject({
        type: 'gate.refused',
        data: { check: 'unconsumed', reason: { code: 'receipt_consumed' }, claimed_run_id: runId },
      });
  });

  it('two processes, and a restart between: whoever comes after the winner’s death starts nothing (P4)', async () => {
    const { client, system } = the;
    const { runId, receipt, job } = await unused('v1.1.0');
    await forge(job, receipt.receipt_id);
    await system.restart('publisher');
    await client.ended([runId]);
    await system.kill('publisher');
    const writes = (await simulatedRequests(system.url)).writes;
    const events = await eventsOf(runId);

    await forge(job, 'afterwards');
    await system.restart('publisher-2');
    await client.until('a refusal', async () =>
      (await client.systemEvents()).some(
        ({ type, data }) =>
          type === 'gate.refused' && 'claimed_run_id' in data && data.claimed_run_id === runId,
      ),
    );
    expect(await eventsOf(runId)).toEqual(events);
    expect((await simulatedRequests(system.url)).writes).toBe(writes);
  });

  it('crash after consuming and before the call: the same execution goes on, one start, one effect (R3, X2)', async () => {
    const { client, system } = the;
    const { runId, receipt, job } = await unused('v1.2.0');
    // The first look at GitHub never ends: the receipt is consumed, and nothing has been written.
    await armFault(system.url, { kind: 'slow_before', method: 'GET', count: 1, delay_ms: 600 });
    await forge(job, receipt.receipt_id);
    await system.restart('publisher');
    await client.until(
      'a start',
      async () => (await client.operation(runId, 'release')).started !== undefined,
    );
    await system.kill('publisher');
    expect(await releasesOf('v1.2.0')).toHaveLength(0);

    await startPublishers();
    await client.ended([runId]);
    await oneExecution(runId, 'v1.2.0');
  });

  it('crash after the call and before the record: found, adopted, one effect (X2)', async () => {
    const { client, system } = the;
    const { runId, receipt, job } = await unused('v1.3.0');
    // Done at once; the answer comes when nobody waits for it any more.
    await armFault(system.url, { kind: 'slow', method: 'POST', count: 1, delay_ms: 900 });
    await forge(job, receipt.receipt_id);
    await system.restart('publisher');
    await client.until('the release', async () => (await releasesOf('v1.3.0')).length > 0);
    await system.kill('publisher');
    expect((await client.operation(runId, 'release')).outcome).toBeUndefined();

    await startPublishers();
    await client.ended([runId]);
    const { outcome } = await oneExecution(runId, 'v1.3.0');
    expect(outcome?.data.audit.result).toMatchObject({ adopted: true });
  });

  const oneExecution = async (runId: string, tag: string) => {
    const events = await eventsOf(runId);
    const state = await the.client.operation(runId, 'release');
    expect(countOf(events, 'operation.started')).toBe(1);
    expect(countOf(events, 'operation.resumed')).toBeGreaterThanOrEqual(1);
    expect(state.lease?.executionId).toBe(state.started?.data.execution_id);
    expect(state.outcome?.type).toBe('operation.succeeded');
    expect(await releasesOf(tag)).toHaveLength(1);
    return state;
  };

  it('attackers burning receipts by presenting them badly signed: the genuine one still ships (P4)', async () => {
    const { client } = the;
    const { runId, receipt, job } = await unused('v1.4.0');
    const { signatures } = receipt;
    const bad: object[] = [
      presenting({ ...receipt, signatures: { ...signatures, ed25519: flipped(signatures.ed25519) } }),
      presenting({ ...receipt, signatures: { ...signatures, hmac_sha256: flipped(signatures.hmac_sha256) } }),
      presenting({ ...receipt, signatures: { ...signatures, ed25519: '' } }),
      presenting({ ...receipt, expires_at: receipt.issued_at }),
      presenting({ ...receipt, operation_id: 'another' }),
      presenting({ ...receipt, key_id: 'publisher-actor' }),
      presenting(receipt, { mode: 'PROD' }),
      presenting(receipt, { operation_kind: 'tag_repo' }),
    ];
    const [own = {}, ...others] = bad;
    // Under the genuine job’s own id too.
    await forge(own, receipt.receipt_id);
    await Promise.all(others.map((data, at) => forge(data, `burner-${at}`)));
    await startPublishers();
    await client.until('as many refusals', async () => (await refused()) >= bad.length);
    const state = await client.operation(runId, 'release');
    expect([state.phase, state.outcome, state.holds]).toEqual(['authorized', undefined, []]);

    await forge(job, `${receipt.receipt_id}.s1`);
    await client.ended([runId]);
    expect((await client.operation(runId, 'release')).outcome?.type).toBe('operation.succeeded');
    expect(await releasesOf('v1.4.0')).toHaveLength(1);
  });

  it('a failed operation releasing its receipt: it does not, under any job id (P4)', async () => {
    const { client, system } = the;
    const { runId, receipt, job } = await unused('v1.5.0');
    await armFault(system.url, {
      kind: 'redirect_307',
      method: 'POST',
      count: 1,
      location: `${system.url}/elsewhere`,
    });
    await forge(job, receipt.receipt_id);
    await startPublishers();
    await client.ended([runId]);
    const failed = await eventsOf(runId);
    expect(failed.at(-1)?.type).toBe('operation.failed');
    const { writes } = await simulatedRequests(system.url);

    const before = await refused();
    const again = [receipt.receipt_id, `${receipt.receipt_id}.s7`, 'another'];
    for (const id of again) await forge(job, id);
    await client.until('their end', async () => (await jobsLeft(again)) === 0);
    // Its own jobs are told again what came of it; somebody else’s is refused.
    expect(await refused()).toBe(before + 1);
    expect(await eventsOf(runId)).toEqual(failed);
    expect((await simulatedRequests(system.url)).writes).toBe(writes);
    expect(await releasesOf('v1.5.0')).toEqual([]);
  });
});
