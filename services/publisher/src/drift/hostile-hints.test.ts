import { type Operation, operationStream, systemStream } from '@marketops/contracts';
import { createLog } from '@marketops/engine';
import { createGitHubClient } from '@marketops/github';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runId } from '../testing/gate-fixture.js';
import { releaseOperation, repository } from '../testing/operations.js';
import { type OtherHand, otherHand } from '../testing/other-hand.js';
import { openTestReconciler, type TestReconciler } from '../testing/reconciler.js';
import { openSimulatedWorld, releaseWithAssets, type SimulatedWorld, token } from '../testing/simulated.js';
import { useRedis } from '../testing/use-redis.js';
import { openHints } from './hints.js';
import type { PassTools } from './pass.js';

const used = useRedis();
let the: SimulatedWorld;
let reconciler: TestReconciler;
let hand: OtherHand;

beforeEach(async () => {
  the = await openSimulatedWorld();
  hand = otherHand(the);
  const unreceipted = { kinds: ['publish_release'], sinceMs: 0 } as const;
  reconciler = openTestReconciler(the, used.admin, { unreceipted });
});
afterEach(() => the.close());

const drifted = async ({ operation_id: id }: Operation) =>
  (await the.world.events(operationStream(runId, id))).filter(({ type }) => type === 'effect.drifted');
const unreceipted = async () =>
  (await the.world.events(systemStream)).filter(({ type }) => type === 'effect.unreceipted');

describe('hints of another account', () => {
  const both = (asked: string[]): Partial<PassTools> => {
    const log = createLog('publisher', 'silent');
    const scope = (account: string) => ({ hints: openHints(used.admin, account, log), named: [] });
    return {
      accounts: new Map(['acme', 'globex'].map((account) => [account, scope(account)])),
      github: (account, controls) => {
        const client = createGitHubClient({ apiUrl: the.github.url, token, userAgent: 'test', ...controls });
        return {
          ...client,
          getRelease: (at, id) => {
            asked.push(account);
            // What another account’s credential does not see.
            return account === 'acme' ? client.getRelease(at, id) : Promise.resolve(null);
          },
        };
      },
    };
  };

  it('E3: given a forged one, then nobody looks with the wrong credential, and nothing false is signed', async () => {
    const operation = await releaseWithAssets(the.blobs);
    await reconciler.ship(operation);
    await used.admin.zadd('mo:effects:{globex}:seen', '0', `${runId}/${operation.operation_id}`);
    const asked: string[] = [];
    await reconciler.pass(both(asked));
    expect(asked).toEqual(['acme']);
    expect(await drifted(operation)).toEqual([]);
    expect(await used.admin.zcard('mo:effects:{globex}:seen')).toBe(0);
  });

  it('E3: given a forged repository, then what its own account made is not called a stranger’s', async () => {
    await reconciler.ship(releaseOperation());
    await used.admin.hset('mo:effects:{globex}:repositories', String(repository.id), 'acme/widgets');
    await reconciler.pass(both([]));
    expect(await unreceipted()).toEqual([]);
  });
});

describe('junk among the hints', () => {
  const scan = 'mo:effects:scan';
  it.each(['never', 'Infinity', '-1', String(Number.MAX_SAFE_INTEGER), '0'])(
    'given the last scan was at %j, then it is made again, and nothing is called unreceipted before',
    async (doneAt) => {
      await used.admin.hset(scan, 'done_at', doneAt);
      await reconciler.pass();
      const again = Number(await used.admin.hget(scan, 'done_at'));
      expect(again).toBe(the.world.clock.nowMs());
    },
  );

  it.each(['abc', '-1', '99999999999999999999', ''])(
    'given the cursor %j, then the scan begins anew',
    async (cursor) => {
      await used.admin.hset(scan, 'cursor', cursor);
      expect(await reconciler.pass()).toMatchObject({ whole: true });
    },
  );

  it('given numbers of repositories that are none, then the others are looked at', async () => {
    await reconciler.ship(releaseOperation());
    await used.admin.hset('mo:effects:{acme}:repositories', { x: 'y', '-5': 'a', '1e400': 'b', '0': 'c' });
    expect(await reconciler.hints.repositories()).toEqual([{ id: repository.id, fullName: 'acme/widgets' }]);
    await hand.release({ tag_name: 'v8.0.0' });
    expect(await reconciler.pass()).toMatchObject({ unreceipted: 1, whole: true });
  });
});
