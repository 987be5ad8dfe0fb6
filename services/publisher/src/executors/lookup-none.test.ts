import { type EffectResult, operationStream, type Receipt } from '@marketops/contracts';
import { GitHubError } from '@marketops/github';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultPoint } from '../fault-points.js';
import { runId } from '../testing/gate-fixture.js';
import { releaseOperation } from '../testing/operations.js';
import { type StubGitHub, stubGitHub } from '../testing/stub-github.js';
import { openWorld, type World } from '../testing/world.js';
import type { Executor } from './executor.js';
import { executors } from './executors.js';

const result: EffectResult = {
  ...{ remote_id: 'sent', url: '', adopted: false, sha: null, assets: [] },
};

/** Sends once, like a mail: the provider has nothing that could be looked up. */
const blind: Executor<'publish_release'> = {
  lookup: 'none',
  act: async ({ github }, { operation }) => {
    const { repository } = operation;
    await github.createRelease(repository, {
      ...{ tagName: 'v1', targetCommitish: 'main', name: 'v1', body: '', draft: false, prerelease: false },
      makeLatest: 'false',
    });
    return result;
  },
};

let world: World;
let stub: StubGitHub;
let receipt: Receipt;
/** What happens at a point in the first publisher. */
let at: (point: FaultPoint) => Promise<void> | void;

async function open(): Promise<void> {
  at = () => undefined;
  stub = stubGitHub();
  world = await openWorld({
    github: stub.github,
    executors: { ...executors, publish_release: blind },
    faultPoints: { reach: (point) => at(point) },
  });
  receipt = await world.authorize(releaseOperation());
}
afterEach(() => world.close());

const work = (attempt = 1) =>
  world.publisher.handle(world.jobFor(receipt, { attempt, lastAttempt: attempt >= 4 }));

/** The first process ends at a point, and stands there for ever; later, another one is handed the same job. */
async function crashAt(endsAt: FaultPoint) {
  await open();
  const ended = new Promise<void>((resolve) => {
    at = (point) => {
      if (point !== endsAt) return undefined;
      resolve();
      return new Promise(() => undefined);
    };
  });
  void work();
  await ended;
  world.clock.step(60_000);
  return world.anotherPublisher().handle(world.jobFor(receipt, { attempt: 2 }));
}

const uncertain = expect.objectContaining({ status: 'uncertain' });

describe('X2: an executor whose provider cannot be asked', () => {
  it('acts once, and its answer is the outcome', async () => {
    await open();
    expect(await work()).toMatchObject({ status: 'succeeded', audit: { result } });
    expect(stub.writes).toEqual(['createRelease']);
  });

  it('ended before the start: nothing has happened, and it is done', async () => {
    expect(await crashAt('start.before_append')).toMatchObject({ status: 'succeeded' });
    expect(stub.writes).toHaveLength(1);
  });

  it.each([
    ['start.appended', 0],
    ['start.acknowledged', 0],
    ['look_up.before', 0],
    ['release.create.before', 0],
    ['write.cleared', 0],
    ['release.create.after', 1],
    ['outcome.before_append', 1],
  ] as const)('ended at %s: uncertain, and it never acts again', async (point, writes) => {
    expect(await crashAt(point)).toEqual(uncertain);
    expect(stub.writes).toHaveLength(writes);
    const last = (await world.events(operationStream(runId, 'release'))).at(-1);
    expect(last).toMatchObject({
      type: 'operation.uncertain',
      data: { reason: { code: 'cannot_be_asked' } },
    });
    expect(await world.anotherPublisher().handle(world.jobFor(receipt, { attempt: 3 }))).toEqual({
      status: 'answered',
    });
    expect(stub.writes).toHaveLength(writes);
  });

  it.each(['outcome.appended', 'outcome.enqueued'] as const)(
    'ended at %s: it has its outcome',
    async (point) => {
      expect(await crashAt(point)).toEqual({ status: 'answered' });
      expect(await world.types('release')).toContain('operation.succeeded');
      expect(stub.writes).toHaveLength(1);
    },
  );

  it('an answer that was lost is uncertain at once', async () => {
    await open();
    stub.onWrite = () => {
      throw new GitHubError('timeout', 'no answer', { uncertain: true });
    };
    expect(await work()).toEqual(uncertain);
  });

  it('a refusal is a failure: nothing was done', async () => {
    await open();
    stub.onWrite = () => {
      throw new GitHubError('validation_failed', 'no', { status: 422 });
    };
    expect(await work()).toMatchObject({ status: 'failed', audit: { error_code: 'validation_failed' } });
  });

  it('a rate limit is a refusal for now: it acts later', async () => {
    await open();
    let asked = 0;
    stub.onWrite = () => {
      asked += 1;
      if (asked === 1) throw new GitHubError('rate_limited', 'slow down', { status: 429, retryAfterMs: 5 });
    };
    await expect(work()).rejects.toMatchObject({ code: 'throttled' });
    expect(await work(2)).toMatchObject({ status: 'succeeded' });
    expect(stub.writes).toHaveLength(1);
  });

  it('stopped by a freeze before it acted: let go in the open, and done when unfrozen', async () => {
    await open();
    at = (point) => (point === 'release.create.before' ? world.freeze('all') : undefined);
    await expect(work()).rejects.toMatchObject({ retry: 'hold' });
    expect(stub.writes).toEqual([]);
    at = () => undefined;
    await world.unfreeze('all');
    expect(await work(2)).toMatchObject({ status: 'succeeded' });
    expect(stub.writes).toHaveLength(1);
  });

  it('none of GitHub’s is one: GitHub can be asked', () => {
    expect(Object.entries(executors).map(([kind, { lookup }]) => [kind, lookup])).toEqual([
      ['publish_release', 'exact'],
      ['tag_repo', 'exact'],
      ['open_pr', 'exact'],
      ['attach_release_asset', 'exact'],
    ]);
  });
});
