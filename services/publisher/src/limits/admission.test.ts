import { operationStream } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nowhere, oneProcess } from '../testing/one-process.js';
import { releaseOperation } from '../testing/operations.js';
import { type StubGitHub, stubGitHub } from '../testing/stub-github.js';
import { useRedis } from '../testing/use-redis.js';
import { openWorld, type World } from '../testing/world.js';
import type { AccountLimiter } from './account-limiter.js';
import { writesOf } from './admission.js';

const redis = useRedis();
let limiter: AccountLimiter;
let github: StubGitHub;
let world: World;

beforeEach(async () => {
  limiter = redis.limiter({ executions: 1 });
  github = stubGitHub();
  const limits = { of: (account: string) => (account === 'acme' ? limiter : undefined) };
  world = await openWorld({ github: github.github, limits });
});
afterEach(() => world.close());

/** Somebody else's operation, in the one place there is. */
const occupy = () =>
  limiter.enter({ waiter: 'globex|r|o', tenant: 'globex', job: 'r r', writes: 1, resumes: false });
const vacate = () => limiter.leave('globex|r|o');

describe('an operation whose account has no room', () => {
  it('is held before it starts, says so once, spends nothing, and begins when there is room', async () => {
    await occupy();
    const receipt = await world.authorize(releaseOperation());
    const id = receipt.operation_id;
    for (let times = 0; times < 3; times += 1) {
      await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ code: 'held' });
    }
    expect(await world.types(id)).toEqual(['operation.planned', 'receipt.issued', 'operation.held']);
    const events = await world.events(operationStream(receipt.run_id, id));
    expect(events.at(-1)?.data).toMatchObject({ check: 'acknowledged', reason: { code: 'throttled' } });
    expect(github.writes).toEqual([]);
    vacate();
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({ status: 'succeeded' });
    // Its own place is free again.
    expect(await occupy()).toEqual(expect.objectContaining({ verdict: 'go' }));
  });

  it('a swept job of the same receipt ends while the first waits, and nothing comes of it', async () => {
    await occupy();
    const receipt = await world.authorize(releaseOperation());
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ code: 'held' });
    const swept = world.jobFor(receipt, { id: `${receipt.receipt_id}.s1` });
    expect(await world.publisher.handle(swept)).toEqual({ status: 'answered' });
    vacate();
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({ status: 'succeeded' });
    expect(github.writes).toEqual(['createRelease']);
  });

  it('P5: given its receipt expires while it waits, then it goes back to federation like any other', async () => {
    await occupy();
    const receipt = await world.authorize(releaseOperation());
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ code: 'held' });
    world.clock.step(2 * 3_600_000);
    const refused = await world.publisher.handle(world.jobFor(receipt));
    expect(refused).toMatchObject({ status: 'refused', check: 'unexpired' });
    expect(world.enqueued.at(-1)).toMatchObject({ queue: '{authorizations}' });
    expect(await world.types(receipt.operation_id)).not.toContain('operation.refused');
  });

  it('O1: given its tenant is frozen while it waits, then it stands in nobody’s way', async () => {
    await occupy();
    const receipt = await world.authorize(releaseOperation());
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ code: 'held' });
    await world.freeze('all');
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ code: 'held' });
    vacate();
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ code: 'held' });
    const other = { waiter: 'initech|r|o', tenant: 'initech', job: 'x x', writes: 1, resumes: false };
    expect(await limiter.enter(other)).toMatchObject({ verdict: 'go' });
    expect(await world.types(receipt.operation_id)).not.toContain('operation.started');
    expect(github.writes).toEqual([]);
  });

  it('P8: given the limits cannot be asked, then it is held', async () => {
    const away = oneProcess(nowhere, {}, {}, 100);
    const blind = await openWorld({ github: github.github, limits: { of: () => away.limiter } });
    try {
      const receipt = await blind.authorize(releaseOperation());
      await expect(blind.publisher.handle(blind.jobFor(receipt))).rejects.toMatchObject({ code: 'held' });
      expect(await blind.types(receipt.operation_id)).not.toContain('operation.started');
    } finally {
      await blind.close();
      await away.close();
    }
  });
});

it('an operation is asked for as many writes as it makes', () => {
  const asset = { name: 'a', size_bytes: 1, sha256: 'a'.repeat(64), content_type: 'text/plain' };
  expect(writesOf(releaseOperation())).toBe(1);
  expect(writesOf(releaseOperation({ assets: [asset, asset] }))).toBe(4);
});
