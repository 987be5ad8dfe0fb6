import { type AuditRecord, type EventDraft, operationStream, type Receipt } from '@marketops/contracts';
import { newUlid } from '@marketops/engine';
import { deferred } from '@marketops/engine/testing';
import { GitHubError } from '@marketops/github';
import { afterEach, describe, expect, it } from 'vitest';
import { streamFacts } from './stream-facts.js';
import { claimsFor, now, runId, sharedAuthority } from './testing/gate-fixture.js';
import { releaseOperation } from './testing/operations.js';
import { stubGitHub } from './testing/stub-github.js';
import { openWorld, type World } from './testing/world.js';

const stream = operationStream(runId, 'release');
let world: World;
afterEach(() => world.close());

const say = (actor: 'planner' | 'federation' | 'publisher', ...events: EventDraft[]) =>
  world.append(actor, stream, events);
const redriven = ({ receipt_id }: Receipt): EventDraft => ({
  type: 'operation.redriven',
  data: { operation_id: 'release', command_id: newUlid(), previous_receipt_id: receipt_id, reason: 'again' },
});
/** Federation's answer to a redrive. */
async function authorizeAnew({ receipt_id: supersedes }: Receipt): Promise<Receipt> {
  const receipt = sharedAuthority.issue(
    claimsFor(releaseOperation(), { receipt_id: `rcp_${newUlid()}`, supersedes }),
  );
  await say('federation', { type: 'receipt.issued', data: { receipt } });
  return receipt;
}
const refused = { status: 'refused', check: 'unconsumed', reason: { code: 'receipt_superseded' } };
const copies = (receipt: Receipt) =>
  [{}, { id: `${receipt.receipt_id}.s1` }, { id: 'another' }].map((over) => world.jobFor(receipt, over));

/** A stub whose first write of a release is answered with a refusal that is final. */
function refusingOnce() {
  const stub = stubGitHub();
  let armed = true;
  const github: typeof stub.github = (...given) => {
    const client = stub.github(...given);
    return {
      ...client,
      async createRelease(...args) {
        if (armed) {
          armed = false;
          throw new GitHubError('forbidden', 'no permission', { status: 403 });
        }
        return client.createRelease(...args);
      },
    };
  };
  return { ...stub, github };
}

describe('R3, P4: a receipt of before a redrive', () => {
  it('given its operation failed and was redriven, then it passes no more, before and after the new one is issued and used, and the new one ships once', async () => {
    const stub = refusingOnce();
    world = await openWorld({ github: stub.github });
    const old = await world.authorize(releaseOperation());
    expect((await world.publisher.handle(world.jobFor(old))).status).toBe('failed');
    await say('planner', redriven(old));
    const before = await world.types('release');
    for (const job of copies(old)) expect(await world.publisher.handle(job)).toMatchObject(refused);

    const fresh = await authorizeAnew(old);
    for (const job of copies(old)) expect(await world.publisher.handle(job)).toMatchObject(refused);
    expect((await world.types('release')).slice(0, -1)).toEqual(before);

    expect((await world.publisher.handle(world.jobFor(fresh))).status).toBe('succeeded');
    for (const job of copies(old))
      expect(await world.publisher.handle(job)).toMatchObject({ status: 'refused', check: 'unconsumed' });
    expect(stub.releases).toHaveLength(1);

    // Law P6: both attempts stay in the audit trail, each under its own receipt.
    const { events } = (await world.reader.read([stream]))[0] ?? { events: [] };
    const audited = events.flatMap((event) =>
      event.type === 'operation.failed' || event.type === 'operation.succeeded'
        ? [event.data.audit.receipt_id]
        : [],
    );
    expect(audited).toEqual([old.receipt_id, fresh.receipt_id]);
    const started = events.flatMap((event) => (event.type === 'operation.started' ? [event.data] : []));
    expect(started.map(({ receipt_id }) => receipt_id)).toEqual([old.receipt_id, fresh.receipt_id]);
    expect(new Set(started.map(({ execution_id }) => execution_id)).size).toBe(2);
  });

  it('given it was revoked, refused or never used, then it passes no more either', async () => {
    world = await openWorld();
    const old = await world.authorize(releaseOperation());
    const reason = { code: 'x', message: 'x', remedy: 'x' };
    await say('federation', {
      type: 'receipt.revoked',
      data: { receipt_id: old.receipt_id, reason, command: null },
    });
    await say('planner', { type: 'operation.skipped', data: { operation_id: 'release', reason } });
    await say('planner', redriven(old));
    for (const job of copies(old)) expect(await world.publisher.handle(job)).toMatchObject(refused);
  });

  it('X2: given a redrive of what has succeeded, whoever says so, then no receipt makes it happen again', async () => {
    const stub = stubGitHub();
    world = await openWorld({ github: stub.github });
    const old = await world.authorize(releaseOperation());
    expect((await world.publisher.handle(world.jobFor(old))).status).toBe('succeeded');
    await say('planner', redriven(old));
    const fresh = sharedAuthority.issue(claimsFor(releaseOperation(), { receipt_id: `rcp_${newUlid()}` }));
    await say('federation', { type: 'receipt.issued', data: { receipt: fresh } });
    const writes = stub.writes.length;
    expect(await world.publisher.handle(world.jobFor(fresh))).toMatchObject({
      ...{ status: 'refused', check: 'unconsumed', reason: { code: 'receipt_consumed' } },
    });
    expect(stub.writes).toHaveLength(writes);
  });
});

describe('X2: a twin of the execution before', () => {
  it.each([
    ['under way', false],
    ['over', true],
  ])(
    'given it wakes up after the redrive, with the new attempt %s, then it says nothing and writes nothing',
    async (_, isOver) => {
      const stub = stubGitHub();
      const [asleep, wake] = [deferred<void>(), deferred<void>()];
      let clients = 0;
      const github: typeof stub.github = (account, controls) => {
        clients += 1;
        if (clients > 1) return stub.github(account, controls);
        // The first worker stops right before it writes, as a stalled process would.
        return stub.github(account, {
          ...controls,
          async beforeWrite() {
            asleep.resolve();
            await wake.promise;
            await controls.beforeWrite();
          },
        });
      };
      world = await openWorld({ github });
      const old = await world.authorize(releaseOperation());
      const twin = world.publisher.handle(world.jobFor(old)).then(
        () => 'ended',
        (fault: Error) => fault.message,
      );
      await asleep.promise;
      // Long after its lease another worker looked for the effect and found none: the operation has failed.
      world.clock.step(60_000);
      const start = (await world.events(stream)).find((event) => event.type === 'operation.started');
      const execution_id = start?.type === 'operation.started' ? start.data.execution_id : '';
      const lease = { operation_id: 'release', receipt_id: old.receipt_id, execution_id };
      await say(
        'publisher',
        { type: 'operation.resumed', data: { ...lease, lease_until: now, reason: 'looked up' } },
        { type: 'operation.failed', data: { execution_id, audit: failedBy(old) } },
      );
      await say('planner', redriven(old));
      const fresh = world.jobFor(await authorizeAnew(old));
      if (isOver) expect((await world.anotherPublisher().handle(fresh)).status).toBe('succeeded');
      const [types, writes] = [await world.types('release'), [...stub.writes]];

      wake.resolve();
      expect(await twin).toContain('taken over');
      expect(await world.types('release')).toEqual(types);
      expect(stub.writes).toEqual(writes);
      if (!isOver) expect((await world.anotherPublisher().handle(fresh)).status).toBe('succeeded');
      expect(stub.releases).toHaveLength(1);
    },
  );
});

const failedBy = ({ receipt_id, issued_at }: Receipt): AuditRecord => ({
  ...{ operation_id: 'release', run_id: runId, operation_kind: 'publish_release', receipt_id },
  ...{ repository: 'acme/widgets', status: 'failed', mode: 'prod', started_at: issued_at },
  ...{
    completed_at: issued_at,
    result: null,
    error_message: 'Nothing was found.',
    error_code: 'unavailable',
  },
  ...{ github_response: null, retry_count: 0 },
});

describe('the attempts of an operation that was redriven', () => {
  it('given attempts were spent before, then they count no more: the new execution has attempts of its own', async () => {
    world = await openWorld();
    const old = await world.authorize(releaseOperation());
    const lease = {
      ...{ operation_id: 'release', receipt_id: old.receipt_id, execution_id: newUlid() },
      lease_until: old.issued_at,
    };
    const retried = (attempt: number): EventDraft => ({
      type: 'operation.retried',
      data: {
        ...{ operation_id: 'release', execution_id: lease.execution_id, attempt },
        ...{ error_code: 'unavailable', error_message: 'x' },
      },
    });
    const facts = async () =>
      streamFacts((await world.reader.read([stream]))[0] ?? { events: [], digests: [] });
    await say('publisher', { type: 'operation.started', data: lease }, retried(1), retried(2));
    expect(await facts()).toMatchObject({ spentRetries: 2, lastRetry: { data: { attempt: 2 } } });
    // What is under way is not redriven, whoever says so, and its attempts go on counting.
    await say('planner', redriven(old));
    expect(await facts()).toMatchObject({ spentRetries: 2, state: { phase: 'started' } });
    const reason = { code: 'x', message: 'x', remedy: 'x' };
    await say(
      'planner',
      { type: 'operation.skipped', data: { operation_id: 'release', reason } },
      redriven(old),
    );
    expect(await facts()).toMatchObject({ spentRetries: 0, lastRetry: null, state: { phase: 'planned' } });
  });
});
