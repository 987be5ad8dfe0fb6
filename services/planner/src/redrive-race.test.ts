import { type OperatorCommand, operationStream, runStream } from '@marketops/contracts';
import { commandBy, deferred, type TestKeys, testKeys } from '@marketops/engine/testing';
import { type ProvidedRedis, testRedis } from '@marketops/local';
import { connectRedis, type EventStore, openRedisStore } from '@marketops/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sayEnd } from './testing/end.js';
import { type Harness, openHarness, runIdOf, tagRequest } from './testing/harness.js';

/** Where a worker stands still: it has decided, and its append has not reached Redis. */
const stop = () => ({ reached: deferred(), goOn: deferred() });

/** A planner process of its own, whose next append stands still where a test says so. */
interface Planner extends Harness {
  nextStop: ReturnType<typeof stop> | undefined;
}

let redis: ProvidedRedis;
let store: EventStore;
let its: Planner;
let other: Planner;

async function planner(keys: TestKeys): Promise<Planner> {
  const the: { nextStop: Planner['nextStop'] } = { nextStop: undefined };
  const gated: EventStore = {
    ...store,
    append: async (appends) => {
      const one = the.nextStop;
      the.nextStop = undefined;
      one?.reached.resolve();
      await one?.goOn.promise;
      return store.append(appends);
    },
  };
  return Object.assign(the, await openHarness({ store: gated, keys }));
}

beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  const admin = connectRedis(redis.url);
  await admin.flushdb();
  admin.disconnect();
  store = openRedisStore(redis.url);
  const keys = testKeys();
  [its, other] = [await planner(keys), await planner(keys)];
  await its.plan(tagRequest());
  await sayEnd(its, runId, 'tag', 'operation.failed');
  await its.look(runId);
  expect((await its.run(runId)).status).toBe('completed');
});
afterEach(async () => {
  its.engine.close();
  other.engine.close();
  await store.close();
});

const runId = runIdOf('k1');
const types = async (stream: string) => (await its.engine.events(stream)).map(({ type }) => type);
/** What an order has led to, in the run and in the operation. */
const since = async () => [
  (await types(runStream(runId))).slice(3),
  (await types(operationStream(runId, 'tag'))).slice(2),
];
async function carry(): Promise<OperatorCommand> {
  const action = { kind: 'redrive', run_id: runId, operations: 'all' } as const;
  const command = commandBy(its.engine.keys, 'alice', action, its.engine.clock.nowMs(), {});
  const data = { principal: command.principal, command };
  await its.engine.say('console', runStream(runId), 3, [{ type: 'run.redriven', data }]);
  its.engine.jobs.splice(0);
  return command;
}

/** A worker decides something about the run, and stands still before it is appended. */
async function decideOnly(the: Planner) {
  const one = stop();
  the.nextStop = one;
  const done = the.look(runId);
  await one.reached.promise;
  return {
    async goOn() {
      one.goOn.resolve();
      await done;
    },
  };
}

describe('E2: two workers judge one order differently, over a real Redis', () => {
  it('given the run is ended first, for the order has run out, then nothing of it is opened after its end', async () => {
    await carry();
    const obeying = await decideOnly(its);
    for (const { clock } of [its.engine, other.engine]) clock.step(301_000);
    await other.look(runId);
    expect((await its.run(runId)).status).toBe('completed');
    await obeying.goOn();
    expect(await since()).toEqual([['run.redriven', 'run.completed'], []]);
    expect(its.engine.jobs).toEqual([]);
  });

  it('given the order is obeyed first, then who found that it had run out does not end the run over it', async () => {
    const command = await carry();
    const obeying = await decideOnly(its);
    for (const { clock } of [its.engine, other.engine]) clock.step(301_000);
    const ending = await decideOnly(other);
    await obeying.goOn();
    await ending.goOn();
    expect(await since()).toEqual([['run.redriven', 'redrive.taken'], ['operation.redriven']]);
    expect((await its.run(runId)).status).toBe('planned');
    const taken = (await its.engine.events(runStream(runId))).at(-1);
    expect(taken?.data).toEqual({ command_id: command.command_id, operations: 1 });
    await sayEnd(its, runId, 'tag', 'operation.succeeded');
    await its.look(runId);
    expect((await its.run(runId)).completed?.data.status).toBe('completed');
  });
});
