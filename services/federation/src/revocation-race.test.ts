import { type OperatorCommand, operationStream } from '@marketops/contracts';
import { jobNames } from '@marketops/engine';
import { commandBy, deferred, testKeys } from '@marketops/engine/testing';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { connectRedis, type EventStore, openRedisStore } from '@marketops/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness, receiptTtlMs } from './testing/harness.js';
import { runId, tagOf } from './testing/plan.js';

let redis: ProvidedRedis;
let store: EventStore;
let its: Harness;
/** What the mint's signer waits for, and what an order waits for between its load and its append. */
let signing: Gate;
let revoking: Gate;

interface Gate {
  readonly reached: ReturnType<typeof deferred<void>>;
  readonly open: ReturnType<typeof deferred<void>>;
  isShut: boolean;
}
const gate = (): Gate => ({ reached: deferred(), open: deferred(), isShut: false });
/** Once: whoever comes later, or again, goes through. */
const pass = async (one: Gate): Promise<void> => {
  if (!one.isShut) return;
  one.isShut = false;
  one.reached.resolve();
  await one.open.promise;
};

beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  const admin = connectRedis(redis.url);
  await admin.flushdb();
  admin.disconnect();
  [signing, revoking] = [gate(), gate()];
  store = openRedisStore(redis.url);
  const gated: EventStore = {
    ...store,
    readControl: async (partitions) => {
      await pass(revoking);
      return store.readControl(partitions);
    },
  };
  its = await openHarness({
    store: gated,
    keys: testKeys(),
    signer: (local) => ({
      keyId: local.keyId,
      sign: async (bytes) => {
        await pass(signing);
        return local.sign(bytes);
      },
    }),
  });
  await its.plan([tagOf()]);
  await its.ask(['tag']);
});
afterEach(async () => {
  its.engine.close();
  await store.close();
});

const types = async () =>
  (await its.engine.events(operationStream(runId, 'tag'))).map(({ type }) => type).slice(3);
const orderFor = (receiptId: string): OperatorCommand =>
  commandBy(
    its.engine.keys,
    'alice',
    { kind: 'revoke_receipt', run_id: runId, operation_id: 'tag', receipt_id: receiptId },
    its.engine.clock.nowMs(),
  );
const give = (command: OperatorCommand) => its.askAs({ command }, jobNames.revoke);

describe('R3: an order to revoke and a renewal at the same moment, over a real Redis', () => {
  it('given the order stands first, while the renewal is being signed, then nothing is renewed', async () => {
    const old = (await its.receipt('tag'))?.receipt_id ?? expect.fail('no receipt');
    its.engine.clock.step(receiptTtlMs);
    signing.isShut = true;
    const renewal = its.ask(['tag']);
    await signing.reached.promise;
    await give(orderFor(old));
    signing.open.resolve();
    await renewal;
    await its.ask(['tag']);
    expect(await types()).toEqual(['receipt.revoked']);
    const { phase, revoked, receipts } = await its.operation('tag');
    expect([phase, revoked?.data.receipt_id, receipts.length]).toEqual(['revoked', old, 1]);
  });

  it('given the renewal stands first, after the order has been read and before it is appended, then the order ends the new receipt', async () => {
    const old = (await its.receipt('tag'))?.receipt_id ?? expect.fail('no receipt');
    its.engine.clock.step(receiptTtlMs);
    revoking.isShut = true;
    const revocation = give(orderFor(old));
    await revoking.reached.promise;
    await its.ask(['tag']);
    const renewed = await its.receipt('tag');
    expect(renewed).toMatchObject({ supersedes: old });
    revoking.open.resolve();
    await revocation;
    expect(await types()).toEqual(['receipt.expired', 'receipt.issued', 'receipt.revoked']);
    const { phase, revoked } = await its.operation('tag');
    expect([phase, revoked?.data.receipt_id]).toEqual(['revoked', renewed?.receipt_id]);
    its.engine.clock.step(receiptTtlMs);
    await its.ask(['tag']);
    expect(await types()).toHaveLength(3);
  });

  it('given twenty renewals and twenty orders at once, then whoever is first, no receipt is live', async () => {
    const old = (await its.receipt('tag'))?.receipt_id ?? expect.fail('no receipt');
    its.engine.clock.step(receiptTtlMs);
    await Promise.all(Array.from({ length: 20 }, () => [its.ask(['tag']), give(orderFor(old))]).flat());
    expect((await its.operation('tag')).phase).toBe('revoked');
    expect((await types()).filter((type) => type === 'receipt.revoked')).toHaveLength(1);
  });
});
