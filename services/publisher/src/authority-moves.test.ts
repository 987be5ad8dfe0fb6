import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operationStream, type Receipt } from '@marketops/contracts';
import { HoldError, newUlid } from '@marketops/engine';
import type { GitHubClient } from '@marketops/github';
import { afterEach, describe, expect, it } from 'vitest';
import { openStartCap } from './ports/start-cap.js';
import { claimsFor, runId, sharedAuthority } from './testing/gate-fixture.js';
import { releaseOperation } from './testing/operations.js';
import { type StubGitHub, stubGitHub } from './testing/stub-github.js';
import { openWorld, type World } from './testing/world.js';

const stream = operationStream(runId, 'release');
const reason = { code: 'x', message: 'The tag is wrong.', remedy: 'Ask.' };
let world: World;
afterEach(() => world.close());

/** Federation's answer to an expiry: another receipt for the same operation. */
async function renew(receipt: Receipt): Promise<Receipt> {
  const renewed = sharedAuthority.issue(
    claimsFor(releaseOperation(), { receipt_id: `rcp_${newUlid()}`, supersedes: receipt.receipt_id }),
  );
  await world.append('federation', stream, [
    { type: 'receipt.expired', data: { receipt_id: receipt.receipt_id, reason } },
    { type: 'receipt.issued', data: { receipt: renewed } },
  ]);
  return renewed;
}
const revoke = ({ receipt_id }: Receipt): Promise<void> =>
  world.append('federation', stream, [
    { type: 'receipt.revoked', data: { receipt_id, reason, command: null } },
  ]);
const later = (receipt: Receipt) => world.jobFor(receipt, { id: `${receipt.receipt_id}.s1` });

/** The client whose first write is preceded by something, as late as a test can make it happen. */
const beforeCreating =
  (stub: StubGitHub, happens: () => Promise<void>) =>
  (...[account, controls]: Parameters<StubGitHub['github']>): GitHubClient => {
    let asked = 0;
    return stub.github(account, {
      ...controls,
      async beforeWrite() {
        asked += 1;
        if (asked === 1) await happens();
        await controls.beforeWrite();
      },
    });
  };

describe('P5: a receipt that expired unused', () => {
  it('given its renewal, then that one ships and the old one is refused at check 9', async () => {
    const stub = stubGitHub();
    world = await openWorld({ github: stub.github });
    const old = await world.authorize(releaseOperation(), { expires_at: '2026-01-31T12:00:30.000Z' });
    expect(await world.publisher.handle(world.jobFor(old))).toMatchObject({ check: 'unexpired' });
    expect(world.enqueued).toMatchObject([{ queue: '{authorizations}' }]);

    const renewed = await renew(old);
    expect(await world.publisher.handle(later(old))).toMatchObject({
      ...{ status: 'refused', check: 'unconsumed', reason: { code: 'receipt_superseded' } },
    });
    expect((await world.publisher.handle(world.jobFor(renewed))).status).toBe('succeeded');
    expect(stub.releases).toHaveLength(1);
    // Of a superseded receipt nothing is left to ask federation about.
    expect(world.enqueued.filter(({ queue }) => queue === '{authorizations}')).toHaveLength(1);
  });

  it('given one receipt renewed while unused and still valid, then only the stream’s latest counts', async () => {
    const stub = stubGitHub();
    world = await openWorld({ github: stub.github });
    const old = await world.authorize(releaseOperation());
    const renewed = await renew(old);
    expect(await world.publisher.handle(world.jobFor(old))).toMatchObject({ check: 'unconsumed' });
    expect(stub.writes).toEqual([]);
    expect((await world.publisher.handle(world.jobFor(renewed))).status).toBe('succeeded');
  });
});

describe('R3: a receipt that is revoked', () => {
  it('given it before the start, then it is refused, recorded, and the operation is not touched', async () => {
    const stub = stubGitHub();
    world = await openWorld({ github: stub.github });
    const receipt = await world.authorize(releaseOperation());
    await revoke(receipt);
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({
      ...{ status: 'refused', check: 'unconsumed', reason: { code: 'receipt_revoked' } },
    });
    expect(await world.refusals()).toHaveLength(1);
    expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued', 'receipt.revoked']);
    expect(stub.writes).toEqual([]);
  });

  it('given it between the gate and the start, then the append decides: judged again, and refused', async () => {
    const stub = stubGitHub();
    let armed = true;
    world = await openWorld({
      github: stub.github,
      around: (store) => ({
        ...store,
        async append(appends) {
          if (armed) {
            armed = false;
            await revoke(receipt);
          }
          return store.append(appends);
        },
      }),
    });
    const receipt = await world.authorize(releaseOperation());
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({
      reason: { code: 'receipt_revoked' },
    });
    expect(armed).toBe(false);
    expect(stub.writes).toEqual([]);
  });
});

describe('O1, P7: freeze, fence or mode flipping between check and effect', () => {
  const scopes = ['all', 'tenant:acme', 'account:acme', 'repository:acme/widgets'];

  it.each(scopes)('given %s frozen right before the first write, then nothing is sent', async (scope) => {
    const stub = stubGitHub();
    let incident = true;
    world = await openWorld({
      github: beforeCreating(stub, async () => {
        if (incident) await world.freeze(scope);
        incident = false;
      }),
    });
    const receipt = await world.authorize(releaseOperation());
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBeInstanceOf(HoldError);
    expect([stub.writes, incident]).toEqual([[], false]);
    // Its own freezer cannot lift it, even with the control keys cleaned.
    await world.unfreeze(scope, 'operator');
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBeInstanceOf(HoldError);
    expect(stub.writes).toEqual([]);
    await world.unfreeze(scope);
    expect((await world.publisher.handle(world.jobFor(receipt))).status).toBe('succeeded');
    expect(stub.releases).toHaveLength(1);
  });

  it('given a freeze between the gate and the start, then the append script refuses the start', async () => {
    const stub = stubGitHub();
    let armed = true;
    world = await openWorld({
      github: stub.github,
      around: (store) => ({
        ...store,
        async append(appends) {
          if (armed) await store.freeze('account:acme', 'an incident');
          armed = false;
          return store.append(appends);
        },
      }),
    });
    const receipt = await world.authorize(releaseOperation());
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ retry: 'hold' });
    expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued']);
    expect(stub.writes).toEqual([]);
  });

  it('given the publisher’s own fence drawn closer between two attempts, then there is a look-up and no write', async () => {
    const stub = stubGitHub();
    let served = true;
    world = await openWorld({
      allowList: { allows: () => served },
      github: beforeCreating(stub, async () => {
        await world.freeze('all');
      }),
    });
    const receipt = await world.authorize(releaseOperation());
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBeInstanceOf(HoldError);
    served = false;
    await world.unfreeze('all');
    expect((await world.publisher.handle(world.jobFor(receipt))).status).toBe('uncertain');
    expect(stub.writes).toEqual([]);
  });

  it('D3: given the job’s mode flipped on a later attempt, then the execution stands and nothing is written', async () => {
    const stub = stubGitHub();
    world = await openWorld({
      github: beforeCreating(stub, async () => {
        await world.freeze('all');
      }),
    });
    const receipt = await world.authorize(releaseOperation());
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBeInstanceOf(HoldError);
    const flipped = world.jobFor(receipt, { data: { mode: 'dry_run' } });
    expect(await world.publisher.handle(flipped)).toMatchObject({ status: 'refused', check: 'mode' });
    expect(stub.writes).toEqual([]);
    expect(await world.types('release')).not.toContain('operation.failed');
  });
});

describe('the publisher’s own cap', () => {
  it('given an account at its cap, then the next start waits, says so once, and spends nothing', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'marketops-cap-'));
    const stub = stubGitHub();
    const caps = new Map([['acme', 1]]);
    const startCap = openStartCap(dir, caps, () => world.clock.nowMs());
    world = await openWorld({ github: stub.github, startCap });
    const first = await world.authorize(releaseOperation());
    const second = await world.authorize(releaseOperation({ operation_id: 'second', tag_name: 'v1.5.0' }));
    expect((await world.publisher.handle(world.jobFor(first))).status).toBe('succeeded');

    for (let asked = 0; asked < 3; asked += 1) {
      await expect(world.publisher.handle(world.jobFor(second))).rejects.toMatchObject({
        ...{ code: 'held', delayMs: 3_600_000 },
      });
    }
    expect(await world.types('second')).toEqual(['operation.planned', 'receipt.issued', 'operation.held']);
    expect((await world.events(operationStream(runId, 'second'))).at(-1)?.data).toMatchObject({
      ...{ check: 'acknowledged', reason: { code: 'hourly_cap' } },
    });
    expect(stub.releases).toHaveLength(1);

    // Its receipt has an hour to live from its issuance, a minute ago: federation mints anew.
    world.clock.step(3_600_000);
    expect(await world.publisher.handle(world.jobFor(second))).toMatchObject({ check: 'unexpired' });
    rmSync(dir, { recursive: true });
  });

  it('given two workers of which one took the last place after the other’s gate, then the other waits', async () => {
    const stub = stubGitHub();
    world = await openWorld({ github: stub.github, startCap: { waitMs: () => 0, take: () => 5_000 } });
    const receipt = await world.authorize(releaseOperation());
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ delayMs: 5_000 });
    expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued']);
  });
});
