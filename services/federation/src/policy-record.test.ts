import { systemStream } from '@marketops/contracts';
import { newUlid } from '@marketops/engine';
import { openTestEngine, type TestEngine } from '@marketops/engine/testing';
import { nodeCrypto } from '@marketops/proof/node';
import { createAppender } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordPolicies } from './policy-record.js';

let engine: TestEngine;
beforeEach(async () => {
  engine = await openTestEngine({ actor: 'federation' });
});
afterEach(() => engine.close());

const policy = (seed: string, count = 1) => ({
  digest: seed.repeat(64),
  policies: Array.from({ length: count }) as never[],
});
/** Each as of a process of its own. */
const processOf = () =>
  recordPolicies(
    engine.reader,
    createAppender({
      ...{ store: engine.store, crypto: nodeCrypto, newId: newUlid },
      now: () => new Date(engine.clock.nowMs()),
      signer: engine.keys.signer('federation'),
    }),
  );
const loaded = async () =>
  (await engine.events(systemStream)).flatMap((event) =>
    event.type === 'policy.loaded' ? [event.data] : [],
  );

describe('policy.loaded', () => {
  it('E2: given ten processes start with the same policies, and look again, then it is said once', async () => {
    const processes = Array.from({ length: 10 }, processOf);
    for (let time = 0; time < 2; time += 1)
      await Promise.all(processes.map((one) => one.record(policy('a', 3))));
    expect(await loaded()).toEqual([{ policy_digest: 'a'.repeat(64), previous_digest: null, policies: 3 }]);
  });

  it('given they change, then that is said once, with what was before, and a process that starts then says nothing', async () => {
    const [one, other] = [processOf(), processOf()];
    for (const seed of ['a', 'b']) await Promise.all([one.record(policy(seed)), other.record(policy(seed))]);
    await processOf().record(policy('b'));
    expect((await loaded()).map((data) => [data.previous_digest, data.policy_digest])).toEqual([
      [null, 'a'.repeat(64)],
      ['a'.repeat(64), 'b'.repeat(64)],
    ]);
  });

  it('given they change back, then that is a change', async () => {
    const one = processOf();
    for (const seed of ['a', 'b', 'a']) await one.record(policy(seed));
    expect(await loaded()).toHaveLength(3);
  });

  it('given other events on the stream come between, then it finds its place', async () => {
    const one = processOf();
    await one.record(policy('a'));
    await engine.say(
      'ledger',
      systemStream,
      1,
      [{ type: 'epoch.opened', data: { epoch: 1, term: 1, reason: 'first' } }],
      { runId: null },
    );
    await one.record(policy('b'));
    expect(await loaded()).toHaveLength(2);
  });

  it('given it cannot be said yet, then it is said at the next turn', async () => {
    const one = processOf();
    await engine.store.writeControl(0, { epoch: 1, state: 'closed', reason: 'lost', term: 1 });
    await expect(one.record(policy('a'))).rejects.toMatchObject({ code: 'partition_closed' });
    await engine.store.writeControl(0, { epoch: 1, state: 'open', reason: '', term: 1 });
    await one.record(policy('a'));
    expect(await loaded()).toHaveLength(1);
  });
});
