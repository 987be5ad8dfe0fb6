import { rmSync } from 'node:fs';
import { operationStream, systemStream } from '@marketops/contracts';
import { canonicalJson } from '@marketops/proof';
import { streamKey } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimsFor, plannedEvent, runId, sharedAuthority, tenantId } from '../testing/gate-fixture.js';
import { releaseOperation } from '../testing/operations.js';
import { openTestReconciler, type TestReconciler } from '../testing/reconciler.js';
import { openSimulatedWorld, type SimulatedWorld } from '../testing/simulated.js';
import { useRedis } from '../testing/use-redis.js';
import { noteStarted } from './noting-appender.js';

const used = useRedis();
const stream = operationStream(runId, 'release');
let the: SimulatedWorld;
let reconciler: TestReconciler;
let blob: string;

beforeEach(async () => {
  the = await openSimulatedWorld();
  reconciler = openTestReconciler(the, used.admin, {
    unreceipted: { kinds: ['publish_release'], sinceMs: 0 },
  });
  const at = { stream, type: 'operation.planned', tenant_id: tenantId };
  const key = await the.blobs.sealed.keyOf(runId);
  const operation = { ...releaseOperation(), salt: key.salt(at) };
  const value = key.seal(at, canonicalJson(operation));
  await the.blobs.sealed.put(value);
  ({ blob } = value.ref);
  const receipt = sharedAuthority.issue(
    claimsFor(operation, { receipt_id: 'rcp_01M0000000000000000000000A' }),
  );
  const draft = plannedEvent(operation);
  if (draft.type !== 'operation.planned') throw new TypeError('another event');
  const planned = { ...draft, data: { ...draft.data, operation: { sealed: value.ref } } };
  await the.world.append('planner', stream, [planned]);
  await the.world.append('federation', stream, [{ type: 'receipt.issued', data: { receipt } }]);
  await the.drive(receipt);
  // As the streams stand in Redis: only their names are looked at there.
  await used.admin.set(streamKey(stream), '');
});
afterEach(() => the.close());

const pass = () =>
  reconciler.pass({ accounts: new Map([['acme', { hints: reconciler.hints, named: ['widgets'] }]]) });
const unreceipted = async () =>
  (await the.world.events(systemStream)).filter(({ type }) => type === 'effect.unreceipted');
const gone = {
  erased: () => the.blobs.sealed.erase({ runId, commandId: 'c1', blobs: [blob] }),
  lost: () => Promise.resolve(rmSync(the.blobs.pathOf(blob))),
};

describe.each(['erased', 'lost'] as const)('a release of ours of which what was planned is %s', (how) => {
  it('given Redis has lost the hint, then it is not called a stranger’s', async () => {
    await gone[how]();
    for (const _ of [1, 2]) expect(await pass()).toMatchObject({ unreceipted: 0, whole: true });
    expect(await unreceipted()).toEqual([]);
  });

  it('given the hint is there, then the pass goes on, and it is not called a stranger’s', async () => {
    const { world, blobs } = the;
    await noteStarted(
      { reader: world.reader, blobs, log: console as never, hintsOf: () => reconciler.hints },
      stream,
    );
    await gone[how]();
    expect(await pass()).toMatchObject({ unreceipted: 0 });
    expect(await unreceipted()).toEqual([]);
  });
});
