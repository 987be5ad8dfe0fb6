import { AuditRecord, type EventDraft, operationStream } from '@marketops/contracts';
import { HoldError, jobNames, ThrottledError } from '@marketops/engine';
import { type GitHubClient, GitHubError } from '@marketops/github';
import { partitionCount } from '@marketops/store';
import { afterEach, describe, expect, it } from 'vitest';
import type { GitHubFor } from './ports/github.js';
import { createAuthority } from './testing/authority.js';
import {
  claimsFor,
  plannedEvent,
  runId,
  sharedAuthority,
  startedEvent,
  tenantId,
} from './testing/gate-fixture.js';
import { releaseOperation } from './testing/operations.js';
import { type StubGitHub, stubGitHub } from './testing/stub-github.js';
import { openWorld, type World, type WorldOptions } from './testing/world.js';

const stream = operationStream(runId, 'release');
const started = ['operation.planned', 'receipt.issued', 'operation.started'];
let world: World;

async function open(options: WorldOptions = {}): Promise<{ world: World; stub: StubGitHub }> {
  const stub = stubGitHub();
  world = await openWorld({ github: stub.github, ...options });
  return { world, stub };
}
afterEach(() => world.close());

const lastAudit = async (): Promise<AuditRecord> => {
  const data = (await world.events(stream)).at(-1)?.data;
  return AuditRecord.parse(data !== undefined && 'audit' in data ? data.audit : undefined);
};
const runJobs = () => world.enqueued.filter(({ name }) => name === jobNames.run);

/** The client with one read that does something first: the world changes between check and effect. */
const before =
  (stub: StubGitHub, happens: () => Promise<void> | void): GitHubFor =>
  (account, controls): GitHubClient => {
    const client = stub.github(account, controls);
    const getRepository: GitHubClient['getRepository'] = async (owner, name) => {
      await happens();
      return client.getRepository(owner, name);
    };
    return { ...client, getRepository };
  };

describe('a publication', () => {
  it('the complete flow: started, acknowledged, done once, and success audited with every field (P6)', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());

    const publication = await world.publisher.handle(world.jobFor(receipt));

    expect(publication.status).toBe('succeeded');
    expect(await world.types('release')).toEqual([...started, 'operation.succeeded']);
    expect(stub.writes).toEqual(['createRelease']);
    expect(runJobs()).toHaveLength(1);
    expect(await lastAudit()).toEqual({
      ...{ operation_id: 'release', run_id: runId, operation_kind: 'publish_release', mode: 'prod' },
      ...{ receipt_id: receipt.receipt_id, repository: 'acme/widgets', status: 'success', retry_count: 0 },
      ...{ started_at: '2026-01-31T12:01:00.000Z', completed_at: '2026-01-31T12:01:00.000Z' },
      ...{ error_message: null, error_code: null, github_response: null },
      result: {
        ...{ remote_id: '1', url: 'https://github.test/r', adopted: false },
        ...{ sha: 'c'.repeat(40), immutable: false, assets: [] },
      },
    });
  });

  it('failure audited: with GitHub’s status and request id, the receipt consumed for good (P4, P6)', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    stub.onWrite = () => {
      throw new GitHubError('validation_failed', 'GitHub said no', { status: 422, requestId: 'REQ:1' });
    };

    const publication = await world.publisher.handle(world.jobFor(receipt));

    expect(publication.status).toBe('failed');
    expect(await world.types('release')).toEqual([...started, 'operation.failed']);
    expect(await lastAudit()).toMatchObject({
      ...{ status: 'failed', receipt_id: receipt.receipt_id, result: null },
      ...{ error_code: 'validation_failed', error_message: 'GitHub said no' },
      github_response: { status: 422, request_id: 'REQ:1' },
    });
    expect(runJobs()).toHaveLength(1);
    const again = await world.publisher.handle(world.jobFor(receipt, { id: 'again' }));
    expect(again).toMatchObject({ status: 'refused', check: 'unconsumed' });
  });

  it('E2: the same job twice is the outcome of once', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    await world.publisher.handle(world.jobFor(receipt));
    const again = await world.publisher.handle(world.jobFor(receipt));
    expect(again.status).toBe('answered');
    expect(stub.writes).toHaveLength(1);
    expect(runJobs()).toHaveLength(2);
    expect(await world.types('release')).toHaveLength(4);
  });
});

describe('P4, R3: a receipt is used once', () => {
  it('one hundred parallel consumers in two processes, one winner', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    const jobs = Array.from({ length: 100 }, (_, at) => world.jobFor(receipt, { id: `job-${at}` }));
    const publishers = [world.publisher, world.anotherPublisher()];

    const all = await Promise.all(jobs.map((job, at) => publishers[at % 2]?.handle(job)));

    expect(all.filter((one) => one?.status === 'succeeded')).toHaveLength(1);
    expect(all.filter((one) => one?.status === 'refused')).toHaveLength(99);
    expect(stub.releases).toHaveLength(1);
    expect((await world.types('release')).filter((type) => type === 'operation.started')).toHaveLength(1);
  });

  it('a consumed receipt cannot be reused: another job is refused at check 9 and changes nothing', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    await world.publisher.handle(world.jobFor(receipt));
    const before = await world.types('release');

    const other = await world.publisher.handle(world.jobFor(receipt, { id: 'somebody-else' }));

    expect(other).toMatchObject({
      status: 'refused',
      check: 'unconsumed',
      reason: { code: 'receipt_consumed' },
    });
    expect(await world.types('release')).toEqual(before);
    expect(await world.refusals()).toMatchObject([
      {
        data: {
          check: 'unconsumed',
          claimed_receipt_id: receipt.receipt_id,
          claimed_operation_id: 'release',
        },
      },
    ]);
    expect(stub.writes).toHaveLength(1);
  });

  it('while the lease lives a swept job waits, and takes over only two request timeouts after it', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    const lease_until = new Date(world.clock.nowMs() + 30_000).toISOString();
    const start = startedEvent(receipt) as EventDraft & { type: 'operation.started' };
    await world.append('publisher', stream, [{ ...start, data: { ...start.data, lease_until } }]);
    const job = world.jobFor(receipt, { id: `${receipt.receipt_id}.s1` });

    await expect(world.publisher.handle(job)).rejects.toMatchObject({ code: 'held', delayMs: 50_000 });
    world.clock.step(49_999);
    await expect(world.publisher.handle(job)).rejects.toMatchObject({ delayMs: 1 });
    expect(stub.writes).toEqual([]);

    world.clock.step(1);
    expect((await world.publisher.handle(job)).status).toBe('succeeded');
    expect(await world.types('release')).toEqual([...started, 'operation.resumed', 'operation.succeeded']);
    expect(stub.releases).toHaveLength(1);
  });
});

describe('X1: nothing happens before the ledger has it', () => {
  it('an unacknowledged issuance is waited for, held, and said once it is late', async () => {
    const { stub } = await open();
    world.ledger.paused = true;
    const receipt = await world.authorize(releaseOperation());
    const job = world.jobFor(receipt);

    await expect(world.publisher.handle(job)).rejects.toBeInstanceOf(HoldError);
    await expect(world.publisher.handle(job)).rejects.toBeInstanceOf(HoldError);
    expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued', 'operation.held']);

    world.ledger.paused = false;
    await world.ledger.catchUp();
    expect((await world.publisher.handle(job)).status).toBe('succeeded');
    expect(stub.writes).toHaveLength(1);
  });

  it('an acknowledgement that is less than its time late is nobody’s news', async () => {
    await open();
    world.ledger.paused = true;
    const receipt = await world.authorize(releaseOperation());
    // Five milliseconds after the issuance.
    world.clock.step(-59_995);
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBeInstanceOf(HoldError);
    expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued']);
  });

  it('an unacknowledged start sends nothing; the lease is let go and the execution goes on later', async () => {
    const { stub } = await open({ timing: { leaseMs: 60, requestTimeoutMs: 20 } });
    const receipt = await world.authorize(releaseOperation());
    world.ledger.paused = true;

    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBeInstanceOf(HoldError);
    expect(stub.writes).toEqual([]);
    expect(await world.types('release')).toEqual([...started, 'operation.held', 'operation.retried']);

    world.ledger.paused = false;
    await world.ledger.catchUp();
    expect((await world.publisher.handle(world.jobFor(receipt))).status).toBe('succeeded');
    expect(stub.writes).toHaveLength(1);
  });
});

describe('O1: frozen', () => {
  it.each(['all', 'tenant:acme', 'account:acme', 'repository:acme/widgets'])(
    'nothing new starts in %s; it is said once, and goes on when unfrozen',
    async (scope) => {
      const { stub } = await open();
      const receipt = await world.authorize(releaseOperation());
      await world.freeze(scope);
      for (let times = 0; times < 3; times += 1) {
        await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBeInstanceOf(HoldError);
      }
      expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued', 'operation.held']);
      await world.unfreeze(scope);
      expect((await world.publisher.handle(world.jobFor(receipt))).status).toBe('succeeded');
      expect(stub.writes).toHaveLength(1);
    },
  );

  it('a freeze taken out of the control key still holds: the signed event stands', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation());
    await world.freeze('all');
    await world.store.unfreeze('all');
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({
      message: /all is frozen/,
    });
  });

  it('a freeze between check and effect stops the request', async () => {
    const stub = stubGitHub();
    let incident = true;
    world = await openWorld({
      github: before(stub, async () => {
        if (incident) await world.freeze('account:acme');
        incident = false;
      }),
    });
    const receipt = await world.authorize(releaseOperation());

    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBeInstanceOf(HoldError);
    expect(stub.writes).toEqual([]);
    expect(await world.types('release')).toEqual([...started, 'operation.held', 'operation.retried']);
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBeInstanceOf(HoldError);
    expect(await world.types('release')).toHaveLength(5);

    await world.unfreeze('account:acme');
    expect((await world.publisher.handle(world.jobFor(receipt))).status).toBe('succeeded');
    expect(stub.releases).toHaveLength(1);
  });
});

describe('retries', () => {
  const unavailable = (uncertain: boolean) =>
    new GitHubError('service_unavailable', 'POST was answered 502.', { status: 502, uncertain });

  it('X2: an effect whose answer was lost is found and adopted', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    stub.onWrite = lostAfter(stub);

    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ retry: 'transient' });
    const second = await world.publisher.handle(world.jobFor(receipt, { attempt: 2 }));

    expect(second).toMatchObject({
      status: 'succeeded',
      audit: { result: { adopted: true }, retry_count: 1 },
    });
    expect(stub.releases).toHaveLength(1);
    expect(await world.types('release')).toEqual([
      ...started,
      'operation.retried',
      'operation.resumed',
      'operation.succeeded',
    ]);
  });

  it('a request that did nothing is made again', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    let times = 0;
    stub.onWrite = () => {
      times += 1;
      if (times < 3) throw unavailable(true);
    };
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const job = world.jobFor(receipt, { attempt });
      await expect(world.publisher.handle(job)).rejects.toMatchObject({ retry: 'transient' });
    }
    expect((await world.publisher.handle(world.jobFor(receipt, { attempt: 3 }))).status).toBe('succeeded');
    expect(stub.releases).toHaveLength(1);
  });

  it('attempts spent, nothing there: a look-up, then failed', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    stub.onWrite = () => {
      throw unavailable(true);
    };
    const last = world.jobFor(receipt, { attempt: 4, lastAttempt: true });
    await expect(world.publisher.handle(last)).rejects.toBeInstanceOf(HoldError);
    stub.onWrite = () => {
      throw new Error('a look-up writes nothing');
    };
    expect((await world.publisher.handle(last)).status).toBe('failed');
    expect(await lastAudit()).toMatchObject({ status: 'failed', error_code: 'service_unavailable' });
  });

  it('attempts spent, and it is there after all: adopted', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    stub.onWrite = lostAfter(stub);
    const last = world.jobFor(receipt, { attempt: 4, lastAttempt: true });
    await expect(world.publisher.handle(last)).rejects.toBeInstanceOf(HoldError);
    expect(await world.publisher.handle(last)).toMatchObject({
      status: 'succeeded',
      audit: { result: { adopted: true } },
    });
    expect(stub.releases).toHaveLength(1);
  });

  it('attempts spent and no look-up possible: uncertain, for a person', async () => {
    const stub = stubGitHub();
    let away = false;
    world = await openWorld({
      github: before(stub, () => {
        if (away) throw new GitHubError('timeout', 'GET timed out');
      }),
    });
    const receipt = await world.authorize(releaseOperation());
    stub.onWrite = () => {
      away = true;
      throw unavailable(true);
    };
    const last = world.jobFor(receipt, { attempt: 4, lastAttempt: true });
    await expect(world.publisher.handle(last)).rejects.toBeInstanceOf(HoldError);
    expect((await world.publisher.handle(last)).status).toBe('uncertain');
    expect((await world.types('release')).at(-1)).toBe('operation.uncertain');
    expect(runJobs()).toHaveLength(1);
  });

  it('a rate limit pauses the queue, spends no attempt and lets the lease go', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    stub.onWrite = () => {
      throw new GitHubError('rate_limited', 'slow down', { status: 429, retryAfterMs: 7_000 });
    };
    const last = world.jobFor(receipt, { attempt: 4, lastAttempt: true });
    await expect(world.publisher.handle(last)).rejects.toMatchObject({ delayMs: 7_000 });
    await expect(world.publisher.handle(last)).rejects.toBeInstanceOf(ThrottledError);
    stub.onWrite = () => undefined;
    expect((await world.publisher.handle(last)).status).toBe('succeeded');
  });

  it('X2: a lost answer to a draft’s creation is waited out before anybody looks', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation({ draft: true }));
    stub.onWrite = () => {
      throw new GitHubError('timeout', 'POST timed out', { uncertain: true });
    };
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({
      code: 'effect_unsettled',
    });
    stub.onWrite = () => undefined;
    const second = world.jobFor(receipt, { attempt: 2 });
    await expect(world.publisher.handle(second)).rejects.toMatchObject({ delayMs: 20_000 });
    world.clock.step(20_000);
    expect((await world.publisher.handle(second)).status).toBe('succeeded');
    expect(stub.releases).toHaveLength(1);
  });
});

describe('crashes', () => {
  it('after the call and before the record: looked up, adopted, one effect', async () => {
    let crashes = 1;
    const { stub } = await open({
      around: (store) => ({
        ...store,
        append: async (appends) => {
          const saysOutcome = appends.some(({ segments }) =>
            segments.some(({ value }) => value.includes('"type":"operation.succeeded"')),
          );
          if (saysOutcome && crashes-- > 0) throw new Error('the process died');
          return store.append(appends);
        },
      }),
    });
    const receipt = await world.authorize(releaseOperation());
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toThrow('the process died');
    world.clock.step(50_000);
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({
      status: 'succeeded',
      audit: { result: { adopted: true } },
    });
    expect(stub.releases).toHaveLength(1);
  });

  it('a lock that was lost sends nothing', async () => {
    const stub = stubGitHub();
    const lock = new AbortController();
    world = await openWorld({ github: before(stub, () => lock.abort()) });
    const receipt = await world.authorize(releaseOperation());
    const job = world.jobFor(receipt, { signal: lock.signal });
    await expect(world.publisher.handle(job)).rejects.toMatchObject({ code: 'lease_lost' });
    expect(stub.writes).toEqual([]);
    expect((await world.types('release')).at(-1)).toBe('operation.started');
  });

  it('a lease that is nearly over is renewed before a request', async () => {
    const stub = stubGitHub();
    world = await openWorld({ github: before(stub, () => world.clock.step(20_000)) });
    const receipt = await world.authorize(releaseOperation());
    expect((await world.publisher.handle(world.jobFor(receipt))).status).toBe('succeeded');
    expect(await world.types('release')).toEqual([...started, 'operation.resumed', 'operation.succeeded']);
  });

  it('a worker whose execution was taken over says nothing more', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    stub.onWrite = async () => {
      const first = (await world.events(stream)).find(({ type }) => type === 'operation.started')?.data;
      const lease_until = new Date(world.clock.nowMs() + 60_000).toISOString();
      const data = { ...(first as never as { operation_id: string }), lease_until, reason: 'taken over' };
      await world.append('publisher', stream, [{ type: 'operation.resumed', data } as EventDraft]);
    };
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toMatchObject({ code: 'lease_lost' });
    expect(await world.types('release')).toEqual([...started, 'operation.resumed']);
  });
});

describe('refusals', () => {
  it('P8: a forged receipt changes nothing, and is recorded once, in every process and after a restart', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation());
    const forged = createAuthority().issue(claimsFor(releaseOperation(), { receipt_id: receipt.receipt_id }));
    const job = world.jobFor(receipt, { data: { receipt: forged } });
    for (let times = 0; times < 3; times += 1) {
      expect(await world.publisher.handle(job)).toMatchObject({ status: 'refused', check: 'signatures' });
    }
    world.clock.step(250);
    expect(await world.anotherPublisher().handle(job)).toMatchObject({ status: 'refused' });
    expect(await world.refusals()).toHaveLength(1);
    expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued']);
    expect(world.publisher.counts()).toEqual({ recorded: 1, repeated: 2, dropped: 0 });
  });

  it('given the same bytes a hundred times at once, then one event, and every refusal is counted', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation());
    const forged = {
      ...receipt,
      signatures: createAuthority().issue(claimsFor(releaseOperation())).signatures,
    };
    const jobs = Array.from({ length: 100 }, (_, at) =>
      world.jobFor(receipt, { id: `copy-${at}`, data: { receipt: forged } }),
    );
    await Promise.all(jobs.map((job) => world.publisher.handle(job)));
    expect(await world.refusals()).toHaveLength(1);
    expect(world.publisher.counts()).toEqual({ recorded: 1, repeated: 99, dropped: 0 });
  });

  it('junk is refused and recorded with what it claimed, made visible', async () => {
    await open();
    const data = { run_id: 'run_\u202e\ud800x', operation_id: '../..', mode: 'prod' };
    const job = { ...world.jobFor({} as never), data };
    expect(await world.publisher.handle(job)).toMatchObject({ status: 'refused', check: 'presence' });
    expect(await world.refusals()).toMatchObject([
      { data: { claimed_run_id: 'run_??x', claimed_operation_id: '../..', claimed_receipt_id: null } },
    ]);
  });

  it('given data nested deeper than the stack, then each such job is refused and recorded, once', async () => {
    await open();
    const nested: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    for (const [id, data] of [
      ['deep-1', nested],
      ['deep-1', nested],
      ['deep-2', { mode: 'prod', x: nested }],
    ] as const) {
      const job = { ...world.jobFor({} as never), id, data };
      expect(await world.publisher.handle(job)).toMatchObject({ status: 'refused' });
    }
    expect(world.publisher.counts()).toEqual({ recorded: 2, repeated: 1, dropped: 0 });
    expect(await world.refusals()).toHaveLength(2);
  });

  it('a flood of refusals is bounded: the events, never the refusals', async () => {
    await open();
    const flood = Array.from({ length: 130 }, (_, at) => ({
      ...world.jobFor({} as never),
      data: { at, mode: 'prod' },
    }));
    const all = await Promise.all(flood.map((job) => world.publisher.handle(job)));
    expect(all.every(({ status }) => status === 'refused')).toBe(true);
    expect(world.publisher.counts()).toEqual({ recorded: 120, repeated: 0, dropped: 10 });
    expect(await world.refusals()).toHaveLength(120);
  });

  it('expired refused: a genuine unused receipt goes back to federation, its operation unchanged', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation(), { expires_at: '2026-01-31T12:00:30.000Z' });
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({ check: 'unexpired' });
    expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued']);
    expect(await world.refusals()).toHaveLength(1);
    expect(world.enqueued).toMatchObject([
      {
        queue: '{authorizations}',
        jobId: `${runId}.expired-${receipt.receipt_id}`,
        data: { run_id: runId, operation_ids: ['release'] },
      },
    ]);
  });

  it('given a swept presentation of an expired receipt, then federation is asked anew; a copy is no occasion', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation(), { expires_at: '2026-01-31T12:00:30.000Z' });
    const { receipt_id: own } = receipt;
    for (const id of [own, `${own}.s1`, `${own}.s2`, 'a-copy', `${own}.s3x`]) {
      expect(await world.publisher.handle(world.jobFor(receipt, { id }))).toMatchObject({
        check: 'unexpired',
      });
    }
    expect(world.enqueued.map(({ jobId }) => jobId)).toEqual(
      [own, `${own}.s1`, `${own}.s2`, own, own].map((occasion) => `${runId}.expired-${occasion}`),
    );
  });

  it('R1: a receipt of an older epoch counts as expired', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation());
    for (let at = 0; at < partitionCount; at += 1) {
      await world.store.writeControl(at, { epoch: 2, state: 'open', reason: '', term: 1 });
    }
    // The appender learns of the new epoch from the store's refusal.
    await world.publisher.handle(world.jobFor(receipt)).catch(() => undefined);
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({
      ...{ status: 'refused', check: 'audience' },
      reason: { code: 'epoch_passed' },
    });
    expect(world.enqueued.at(-1)).toMatchObject({ queue: '{authorizations}' });
  });

  it('stale (older than 24 h) refused: the operation is refused with its audit record', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation(), { expires_at: '2026-02-02T12:00:00.000Z' });
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({ check: 'fresh' });
    expect(await world.types('release')).toEqual([
      'operation.planned',
      'receipt.issued',
      'operation.refused',
    ]);
    expect(await lastAudit()).toMatchObject({ status: 'rejected_by_auth', receipt_id: receipt.receipt_id });
    expect(runJobs()).toHaveLength(1);
    expect((await world.publisher.handle(world.jobFor(receipt))).status).toBe('answered');
  });

  it.each(['PROD', 'dry_run', true])(
    'P8: attackers burning receipts: a job under the receipt’s own id that says mode %j ends nothing',
    async (mode) => {
      const { stub } = await open();
      const receipt = await world.authorize(releaseOperation());
      for (const id of [receipt.receipt_id, `${receipt.receipt_id}.s1`]) {
        expect(await world.publisher.handle(world.jobFor(receipt, { id, data: { mode } }))).toMatchObject({
          ...{ status: 'refused', check: 'mode' },
          reason: { code: 'mode_not_prod' },
        });
      }
      expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued']);
      expect(await world.refusals()).toHaveLength(1);
      expect(stub.writes).toEqual([]);

      const swept = world.jobFor(receipt, { id: `${receipt.receipt_id}.s2` });
      expect((await world.publisher.handle(swept)).status).toBe('succeeded');
    },
  );

  it('D4: what the stream itself says of its mode ends the operation, and is audited', async () => {
    const { stub } = await open();
    await world.appenderOf('planner').append({
      context: { tenantId, runId, mode: 'dry_run', causationId: null, correlationId: null },
      streams: [{ stream, afterSeq: 0, events: [plannedEvent(releaseOperation())] }],
    });
    const receipt = sharedAuthority.issue(claimsFor(releaseOperation()));
    await world.append('federation', stream, [{ type: 'receipt.issued', data: { receipt } }]);
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({
      ...{ status: 'refused', check: 'mode' },
      reason: { code: 'run_not_prod' },
    });
    expect(await lastAudit()).toMatchObject({ status: 'rejected_by_mode', receipt_id: receipt.receipt_id });
    expect(stub.writes).toEqual([]);
  });

  it('a genuine receipt copied into another job ends nothing, whatever is wrong with the job', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation());
    const copied = world.jobFor(receipt, { id: 'a-copy', data: { mode: 'PROD' } });
    expect(await world.publisher.handle(copied)).toMatchObject({ status: 'refused', check: 'mode' });
    expect(await world.types('release')).toEqual(['operation.planned', 'receipt.issued']);
    expect(await world.refusals()).toHaveLength(1);
    expect((await world.publisher.handle(world.jobFor(receipt))).status).toBe('succeeded');
  });

  it('what the publisher does not serve is refused, whatever federation signed', async () => {
    await open();
    const repository = { id: 9, owner: 'globex', name: 'widgets' };
    const receipt = await world.authorize(releaseOperation({ repository }));
    expect(await world.publisher.handle(world.jobFor(receipt))).toMatchObject({ check: 'audience' });
    expect(await lastAudit()).toMatchObject({ status: 'rejected_by_auth', error_code: 'not_served_here' });
  });

  it('cross-run replay detected, cross-operation replay detected: neither changes either operation', async () => {
    const { stub } = await open();
    const release = await world.authorize(releaseOperation());
    await world.authorize(releaseOperation({ operation_id: 'second', tag_name: 'v2' }));
    const otherRun = world.jobFor(release, { data: { run_id: `run_${'1'.repeat(26)}` } });
    expect(await world.publisher.handle(otherRun)).toMatchObject({ check: 'run_binding' });
    const otherOperation = world.jobFor(release, { data: { operation_id: 'second' } });
    expect(await world.publisher.handle(otherOperation)).toMatchObject({ check: 'operation_binding' });
    expect(await world.types('second')).toEqual(['operation.planned', 'receipt.issued']);
    expect(await world.refusals()).toHaveLength(2);
    expect(stub.writes).toEqual([]);
  });
});

describe('a job edited while its execution waits', () => {
  const unavailable = new GitHubError('service_unavailable', '503', { status: 503 });

  it('P8: attackers burning receipts: a started operation is not ended by a job whose mode was changed', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    stub.onWrite = () => {
      throw unavailable;
    };
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBe(unavailable);
    stub.onWrite = () => undefined;
    const edited = world.jobFor(receipt, { attempt: 2, data: { mode: 'Prod' } });
    const types = await world.types('release');
    expect(await world.publisher.handle(edited)).toMatchObject({ status: 'refused', check: 'mode' });
    expect(stub.writes).toEqual([]);
    expect(await world.types('release')).toEqual(types);
    expect((await world.publisher.handle(world.jobFor(receipt, { attempt: 2 }))).status).toBe('succeeded');
  });

  it('a forged receipt under the genuine job’s id changes nothing', async () => {
    const { stub } = await open();
    const receipt = await world.authorize(releaseOperation());
    stub.onWrite = () => {
      throw unavailable;
    };
    await expect(world.publisher.handle(world.jobFor(receipt))).rejects.toBe(unavailable);
    const types = await world.types('release');
    const forged = { ...receipt, tenant_id: 'globex' };
    const edited = world.jobFor(receipt, { attempt: 2, data: { receipt: forged } });
    expect(await world.publisher.handle(edited)).toMatchObject({ status: 'refused', check: 'signatures' });
    expect(await world.types('release')).toEqual(types);
  });
});

/** The write happens, its answer is lost. */
function lostAfter(stub: StubGitHub): StubGitHub['onWrite'] {
  return () => {
    const push = stub.releases.push.bind(stub.releases);
    stub.releases.push = (...made) => {
      push(...made);
      throw new GitHubError('connection', 'POST lost its connection.', { uncertain: true });
    };
    stub.onWrite = () => undefined;
  };
}
