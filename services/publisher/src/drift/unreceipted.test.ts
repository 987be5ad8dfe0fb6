import { operationStream, systemStream } from '@marketops/contracts';
import { createLog } from '@marketops/engine';
import { appendMarker, markerFor } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../ports/redis-script.js';
import { runId, sharedAuthority, startedEvent } from '../testing/gate-fixture.js';
import { releaseOperation, tagOperation } from '../testing/operations.js';
import { type OtherHand, otherHand, ours } from '../testing/other-hand.js';
import { openTestReconciler, type TestReconciler } from '../testing/reconciler.js';
import { openSimulatedWorld, type SimulatedWorld } from '../testing/simulated.js';
import { useRedis } from '../testing/use-redis.js';
import { noteStarted } from './noting-appender.js';

const kinds = ['publish_release', 'tag_repo'] as const;
const long = { unreceipted: { kinds, sinceMs: 0 } };

const used = useRedis();
let redis: Connection;
let the: SimulatedWorld;
let reconciler: TestReconciler;
let hand: OtherHand;

beforeEach(async () => {
  redis = used.admin;
  the = await openSimulatedWorld();
  hand = otherHand(the);
  reconciler = openTestReconciler(the, redis, long);
  // A repository is governed from the first operation on; what is there then is known.
  await reconciler.ship(tagOperation({ tag_name: 'first', operation_id: 'first' }));
  await reconciler.pass();
});
afterEach(() => the.close());

const told = async () =>
  (await the.world.events(systemStream)).flatMap((event) =>
    event.type === 'effect.unreceipted' ? [event.data] : [],
  );

describe('what stands there without a receipt', () => {
  it('given a release by another hand, then it and its tag are told once, by whatever process', async () => {
    const made = await hand.release({ tag_name: 'v8.0.0' });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 2 });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 0 });
    // Another process, and with the hints lost as well: what was said stands in the stream.
    await redis.flushdb();
    expect(await reconciler.again().pass()).toMatchObject({ unreceipted: 0 });
    expect(await told()).toMatchObject([
      {
        ...{ repository: 'acme/widgets', operation_kind: 'publish_release', remote_id: String(made.id) },
        ...{ marker: 'none', url: expect.stringContaining('v8.0.0') as string },
      },
      { operation_kind: 'tag_repo', remote_id: 'refs/tags/v8.0.0', created_at: null },
    ]);
  });

  it('given a line like our marker, whoever made it up or copied it, then it is forged', async () => {
    const marker = markerFor(nodeCrypto, sharedAuthority.marker, { runId, operationId: 'first' });
    await hand.release({ tag_name: 'v8.0.0', body: appendMarker('x', marker) });
    await hand.tag(appendMarker('y', `<!-- marketops:${'a'.repeat(26)} -->`), 'v8.1.0');
    await reconciler.pass();
    const markers = (await told()).map(({ remote_id: id, marker: how }) => [
      id.startsWith('refs') ? id : '',
      how,
    ]);
    expect(markers.sort()).toEqual([
      ['', 'forged'],
      ['refs/tags/v8.0.0', 'none'],
      ['refs/tags/v8.1.0', 'forged'],
    ]);
  });

  it('given more of it than one pass says, then the rest comes later, and all of it once', async () => {
    for (let at = 0; at < 15; at += 1) await hand.release({ tag_name: `v8.${at}.0` });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 20 });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 10 });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 0 });
  });

  it('given drafts, kinds nobody asked for, and what was published before, then nothing is told', async () => {
    await hand.release({ tag_name: 'v8.0.0', draft: true });
    await hand.release({ tag_name: 'v8.1.0' });
    const sinceMs = Date.now() + 60_000;
    const unreceipted = { kinds: ['publish_release'], sinceMs } as const;
    expect(await reconciler.pass({ unreceipted })).toMatchObject({ unreceipted: 0 });
    expect(await told()).toEqual([]);
  });
});

describe('what we made ourselves', () => {
  it('given a release of ours whose marker somebody took out, then its number still says whose it is', async () => {
    await reconciler.ship(releaseOperation());
    const [made] = (await the.seen()).releases;
    await hand.ask('PATCH', `/releases/${made?.id}`, { body: 'mine' });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 0 });
  });

  it('given one that is under way, and nobody knows its number, then its marker says whose it is', async () => {
    const operation = releaseOperation();
    const receipt = await the.world.authorize(operation);
    const stream = operationStream(runId, operation.operation_id);
    await the.world.append('publisher', stream, [startedEvent(receipt)]);
    const { reader } = the.world;
    const hintsOf = () => reconciler.hints;
    const log = createLog('publisher', 'silent');
    await noteStarted({ reader, blobs: the.blobs, log, hintsOf }, stream);
    await hand.release({ body: ours(operation.body, operation) });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 0 });
    // The next one under that tag name is nobody's of ours.
    await hand.ask('DELETE', `/releases/${(await the.seen()).releases[0]?.id}`);
    await hand.release({ body: 'another' });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 1 });
  });

  it('E3: given a forged hint, then it explains nothing: the stream does not say so', async () => {
    await redis.zadd('mo:effects:{acme}:names', '0', `4711 v8.0.0 ${runId}/first`);
    await redis.zadd('mo:effects:{acme}:names', '0', `4711 v8.0.0 ${runId}/nobody`);
    await hand.release({ tag_name: 'v8.0.0' });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 2 });
  });
});
