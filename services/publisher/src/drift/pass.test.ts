import { type Operation, operationStream } from '@marketops/contracts';
import { bucketField, bucketsPerWindow, limitFields, limitKey } from '@marketops/engine';
import { streamKey } from '@marketops/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../ports/redis-script.js';
import { runId } from '../testing/gate-fixture.js';
import { wide } from '../testing/one-process.js';
import { pullOperation, releaseOperation, tagOperation } from '../testing/operations.js';
import { type OtherHand, otherHand } from '../testing/other-hand.js';
import { openTestReconciler, type TestReconciler } from '../testing/reconciler.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld } from '../testing/simulated.js';
import { useRedis } from '../testing/use-redis.js';
import { openLease } from './lease.js';

const used = useRedis();
let redis: Connection;
let the: SimulatedWorld;
let reconciler: TestReconciler;
let hand: OtherHand;

beforeEach(async () => {
  redis = used.admin;
  the = await openSimulatedWorld();
  reconciler = openTestReconciler(the, redis);
  hand = otherHand(the);
});
afterEach(() => the.close());

const told = async ({ operation_id: id }: Operation) =>
  (await the.world.events(operationStream(runId, id))).flatMap((event): readonly unknown[] => {
    if (event.type === 'effect.drifted') return [{ drift: event.data.drift, differs: event.data.differs }];
    return event.type === 'effect.restored' ? ['restored'] : [];
  });
const sim = (control: string, body: object) =>
  fetch(`${the.github.url}/_sim/${control}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  });
const tagRef = 'refs/tags/v1.4.0';
const moveTag = (sha: string | null) =>
  sim('refs', { repository: 'acme/widgets', ref: tagRef, ...(sha === null ? {} : { sha }) });

describe('a release that somebody changed', () => {
  const changes: readonly [string, (id: number, asset: number) => Promise<unknown>, readonly string[]][] = [
    ['its name', (id) => hand.ask('PATCH', `/releases/${id}`, { name: 'x' }), ['name']],
    ['its text', (id) => hand.ask('PATCH', `/releases/${id}`, { body: 'x' }), ['body']],
    ['its kind', (id) => hand.ask('PATCH', `/releases/${id}`, { prerelease: true }), ['prerelease']],
    ['its state', (id) => hand.ask('PATCH', `/releases/${id}`, { draft: true }), ['draft']],
    ['one asset gone', (_, asset) => hand.ask('DELETE', `/releases/assets/${asset}`), ['assets']],
    ['one asset more', (id) => hand.upload(id, 'extra.txt', 'x'), ['assets']],
    ['the commit of its tag', () => moveTag('d'.repeat(40)), ['tag']],
    ['its tag gone', () => moveTag(null), ['tag']],
  ];
  it.each(changes)('given %s, then it is said once, by what differs', async (_what, change, differs) => {
    const operation = await releaseWithAssets(the.blobs);
    await reconciler.ship(operation);
    await reconciler.pass();
    expect(await told(operation)).toEqual([]);
    const [made] = (await the.seen()).releases;
    await change(Number(made?.id), Number(made?.assets[0]?.id));
    await reconciler.pass();
    await reconciler.again().pass();
    expect(await told(operation)).toEqual([{ drift: 'edited', differs }]);
  });

  it('given an asset of the same name and size with other bytes, then it is the digest that tells', async () => {
    const operation = await releaseWithAssets(the.blobs);
    await reconciler.ship(operation);
    const [made] = (await the.seen()).releases;
    const sums = made?.assets.find(({ name }) => name === 'SHA256SUMS');
    await hand.ask('DELETE', `/releases/assets/${sums?.id}`);
    await hand.upload(Number(made?.id), 'SHA256SUMS', 'SUMS');
    await reconciler.pass();
    expect(await told(operation)).toEqual([{ drift: 'edited', differs: ['assets'] }]);
  });

  it('given it is changed, changed again, undone and deleted, then each is said', async () => {
    const operation = releaseOperation();
    await reconciler.ship(operation);
    const path = `/releases/${(await the.seen()).releases[0]?.id}`;
    for (const name of ['one', 'two', operation.release_name]) {
      await hand.ask('PATCH', path, { name });
      await reconciler.pass();
    }
    await hand.ask('DELETE', path);
    await reconciler.pass();
    const edited = { drift: 'edited', differs: ['name'] };
    expect(await told(operation)).toEqual([edited, edited, 'restored', { drift: 'deleted', differs: [] }]);
  });

  it('given a repository that was renamed, then what stands there is found under its new name', async () => {
    const operation = releaseOperation();
    await reconciler.ship(operation);
    await sim('rename', { repository: 'acme/widgets', name: 'gadgets' });
    await reconciler.pass();
    expect(await told(operation)).toEqual([]);
    await sim('delete', { repository: 'acme/gadgets' });
    // Gone, or not to be seen any more: GitHub does not say which.
    await reconciler.pass();
    expect(await told(operation)).toEqual([]);
  });
});

describe('tags and pull requests', () => {
  it('given a tag is moved, deleted and put back, then each is said', async () => {
    const operation = tagOperation();
    await reconciler.ship(operation);
    const { [tagRef]: sha = '' } = (await the.seen()).refs;
    await moveTag('d'.repeat(40));
    await reconciler.pass();
    await moveTag(null);
    await reconciler.pass();
    await moveTag(sha);
    await reconciler.pass();
    expect(await told(operation)).toEqual([
      { drift: 'edited', differs: ['target', 'maker', 'message'] },
      { drift: 'deleted', differs: [] },
      'restored',
    ]);
  });

  it('given people work on a pull request, then that is no drift; another commit or base is', async () => {
    const operation = pullOperation();
    await reconciler.ship(operation);
    const path = `/pulls/${(await the.seen()).pulls[0]?.number}`;
    await hand.ask('PATCH', path, { title: 'Mine', body: 'x' });
    await hand.ask('PATCH', path, { state: 'closed' });
    await hand.ask('PATCH', path, { state: 'open' });
    await reconciler.pass();
    expect(await told(operation)).toEqual([]);
    await sim('push', { repository: 'acme/widgets', branch: 'release-1.4.0' });
    await reconciler.pass();
    expect(await told(operation)).toEqual([{ drift: 'edited', differs: ['head'] }]);
  });
});

describe('a pass', () => {
  const budgets = new Map([['acme', wide]]);
  const readsIn = async (pass: () => Promise<unknown>): Promise<number> => {
    const { reads } = the.github.requests;
    await pass();
    return the.github.requests.reads - reads;
  };

  it('given the budget is short, then it asks GitHub nothing and goes on when there is more', async () => {
    const operation = releaseOperation();
    await reconciler.ship(operation);
    await hand.ask('PATCH', `/releases/${(await the.seen()).releases[0]?.id}`, { name: 'x' });
    await redis.zadd(limitKey('acme', 'waiting'), '1', 'acme|run|op');
    expect(await readsIn(() => reconciler.pass({ budgets }))).toBe(0);
    expect(await told(operation)).toEqual([]);
    await redis.del(limitKey('acme', 'waiting'));
    expect(await reconciler.pass({ budgets })).toMatchObject({ looked: 1, whole: true });
    expect(await told(operation)).toHaveLength(1);
  });

  it('given half of the hour is spent, then the rest of it is for operations', async () => {
    await reconciler.ship(releaseOperation());
    const small = new Map([['acme', { ...wide, primaryPerHour: 10 }]]);
    const bucket = Math.floor(Date.now() / (wide.hourMs / bucketsPerWindow));
    await redis.hset(limitKey('acme', 'budget'), bucketField(limitFields.requests, bucket), '6');
    expect(await readsIn(() => reconciler.pass({ budgets: small }))).toBe(0);
  });

  it('given more effects than one pass looks at, then the next goes on where it stopped', async () => {
    for (const [id, tag_name] of [
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ] as const)
      await reconciler.ship(tagOperation({ operation_id: id, tag_name }));
    const drift = { lookbackMs: 86_400_000, effectsMax: 2 };
    const order = await reconciler.hints.oldest(3);
    the.world.clock.step(1_000);
    await reconciler.pass({ drift });
    expect(await reconciler.hints.oldest(1)).toEqual(order.slice(2));
  });

  it('given another process is at it, or the last pass is not long ago, then there is none', async () => {
    const [mine, other] = [openLease(redis), openLease(redis)];
    expect([await mine.take(), await other.take()]).toEqual([true, false]);
    await mine.rest(60_000);
    expect([await mine.take(), await other.take(), await mine.keep()]).toEqual([false, false, false]);
    expect(await redis.pttl('mo:effects:lease')).toBeGreaterThan(50_000);
  });

  it('E3: given hints that are lost, or lead nowhere, then the streams say what there is', async () => {
    const operation = releaseOperation();
    await reconciler.ship(operation);
    await hand.ask('PATCH', `/releases/${(await the.seen()).releases[0]?.id}`, { name: 'x' });
    await redis.flushdb();
    // As the streams stand in Redis: only their names are looked at there.
    await redis.set(streamKey(operationStream(runId, 'release')), '');
    await redis.zadd('mo:effects:{acme}:seen', '0', `${runId}/nobody`, '0', '../../x');
    expect(await reconciler.pass()).toMatchObject({ whole: true });
    expect(await told(operation)).toEqual([{ drift: 'edited', differs: ['name'] }]);
    expect(await reconciler.hints.oldest(10)).toEqual([`${runId}/release`]);
  });

  it('given an effect of longer ago than is looked back, then it is let go', async () => {
    await reconciler.ship(releaseOperation());
    the.world.clock.step(86_400_001);
    await reconciler.pass();
    expect(await reconciler.hints.oldest(10)).toEqual([]);
  });
});
