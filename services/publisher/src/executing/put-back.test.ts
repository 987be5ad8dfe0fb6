import { operationStream, type Receipt } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import { createAppender, type EventStore, openMemoryStore, partitionOf } from '@marketops/store';
import { afterEach, describe, expect, it } from 'vitest';
import { runId, sharedAuthority, startedEvent, tenantId } from '../testing/gate-fixture.js';
import { releaseOperation } from '../testing/operations.js';
import { stubGitHub } from '../testing/stub-github.js';
import { openWorld, type World } from '../testing/world.js';

const stream = operationStream(runId, 'release');
const partition = partitionOf(stream);
let world: World;
afterEach(() => world.close());

/** The same stream up to its last event, and another start in that one's place. */
async function withAnotherStart(store: EventStore, receipt: Receipt) {
  const [segments = []] = await store.read([{ stream }]);
  const elsewhere = openMemoryStore();
  await elsewhere.writeControl(partition, { epoch: 1, state: 'closed', reason: '', term: 1 });
  const kept = segments.slice(0, -1);
  await elsewhere.restore([
    { partition, term: 1, streams: [{ stream, afterSeq: null, segments: kept, word: null }] },
  ]);
  for (const at of [0, partition])
    await elsewhere.writeControl(at, { epoch: 1, state: 'open', reason: '', term: 1 });
  const pair = sharedAuthority.actors.get('publisher');
  if (pair === undefined) throw new Error('the publisher has no key');
  await createAppender({
    ...{ store: elsewhere, crypto: nodeCrypto, now: () => new Date(world.clock.nowMs()) },
    newId: () => '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    signer: { actor: 'publisher', keyId: pair.keyId, key: pair.key },
  }).append({
    context: { tenantId, runId, mode: 'prod', causationId: null, correlationId: null },
    streams: [{ stream, afterSeq: kept.at(-1)?.lastSeq ?? 0, events: [startedEvent(receipt)] }],
  });
  return (await elsewhere.read([{ stream }]))[0] ?? [];
}

describe('a start that Redis had lost and the ledger has put back', () => {
  it('E1, R3: given another start at the very seq of this one, then this execution says nothing more', async () => {
    const stub = stubGitHub();
    let issued: Receipt | undefined;
    world = await openWorld({
      github: stub.github,
      // Waiting for an acknowledgement ends soon, which is then to be said.
      timing: { leaseMs: 10_050 },
      faultPoints: {
        async reach(point) {
          if (point !== 'start.appended') return;
          if (issued === undefined) throw new Error('nothing was issued');
          const { store } = world;
          const segments = await withAnotherStart(store, issued);
          await store.writeControl(partition, { epoch: 1, state: 'closed', reason: '', term: 1 });
          await store.restore([
            { partition, term: 1, streams: [{ stream, afterSeq: null, segments, word: null }] },
          ]);
          await store.writeControl(partition, { epoch: 1, state: 'open', reason: '', term: 1 });
        },
      },
    });
    issued = await world.authorize(releaseOperation());
    world.ledger.paused = true;

    await expect(world.publisher.handle(world.jobFor(issued))).rejects.toMatchObject({ code: 'lease_lost' });

    const events = await world.events(stream);
    expect(events.map(({ type }) => type)).toEqual([
      'operation.planned',
      'receipt.issued',
      'operation.started',
    ]);
    expect(events.at(-1)?.id).toBe('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(stub.writes).toEqual([]);
  });
});
