import { join } from 'node:path';
import { foldOperation, operationStream, systemStream } from '@marketops/contracts';
import { queueNames } from '@marketops/engine';
import { incomingJob, openTestEngine, type TestEngine } from '@marketops/engine/testing';
import { testPolicyFiles, writePolicyDirectory } from '@marketops/policy/testing';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFederation } from './start.js';
import { runId, sayPlan, tagOf } from './testing/plan.js';

let engine: TestEngine;
beforeEach(async () => {
  engine = await openTestEngine({ actor: 'federation', config: { policies: 'our/policies' } });
});
afterEach(() => engine.close());

const folder = () => join(engine.loaded.root, 'our/policies');
const start = async () => {
  const { keyId, key } = engine.keys.signing('federation', 'mint');
  const signer = { keyId, sign: (bytes: Uint8Array) => nodeCrypto.sign(key, bytes) };
  const ledger = { vouches: async () => true, settled: async () => undefined };
  await startFederation(engine, { ledger, keys: { signer, hmac: engine.keys.hmac } });
};
/** What has changed is taken into force when two looks have seen the same. */
const look = async () => {
  for (let time = 0; time < 2; time += 1) await engine.tasks.get('policies')?.();
};
const ask = async (id: string) => {
  await engine.workers.get(queueNames.authorizations)?.(
    incomingJob({ data: { run_id: runId, operation_ids: [id] } }),
  );
  return foldOperation(await engine.events(operationStream(runId, id)));
};
const loaded = async () =>
  (await engine.events(systemStream)).flatMap((event) =>
    event.type === 'policy.loaded' ? [event.data] : [],
  );

describe('federation and the folder of its policies', () => {
  it('P8: given there is none, then it does not start', async () => {
    await expect(start()).rejects.toMatchObject({ code: 'policy_unreadable' });
  });

  it('F2: given they change while it runs, then the next answer is by the new ones, and both are on record', async () => {
    writePolicyDirectory(folder(), testPolicyFiles);
    await start();
    await look();
    await sayPlan(engine, [tagOf('a'), tagOf('b')]);
    const before = (await ask('a')).issued?.data.receipt.policy_digest;
    writePolicyDirectory(folder(), {
      'acme.cedar': '@id("acme") permit (principal, action, resource) when { resource.owner == "nobody" };',
    });
    await look();
    const { phase, advised } = await ask('b');
    const after = advised?.data.advisory.policy_digest;
    expect(phase).toBe('advised');
    expect(await loaded()).toEqual([
      { policy_digest: before, previous_digest: null, policies: 1 },
      { policy_digest: after, previous_digest: before, policies: 1 },
    ]);
  });

  it('P8: given a change that cannot be taken into force, then the old ones decide, and nothing is on record', async () => {
    writePolicyDirectory(folder(), testPolicyFiles);
    await start();
    await look();
    await sayPlan(engine, [tagOf('a')]);
    writePolicyDirectory(folder(), { 'acme.cedar': 'permit everything' });
    await look();
    expect((await ask('a')).phase).toBe('authorized');
    expect(await loaded()).toHaveLength(1);
  });

  it('P8: given a forbid of a principal that marketops.yml does not have, then it does not start', async () => {
    const forbid =
      '@id("no") @reason("r") @remedy("m") forbid (principal == Principal::"cl", action, resource);';
    writePolicyDirectory(folder(), { ...testPolicyFiles, 'no.cedar': forbid });
    await expect(start()).rejects.toMatchObject({ code: 'policy_name_unknown' });
  });
});
