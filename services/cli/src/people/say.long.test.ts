import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventOf, foldRun, type MarketOpsEvent, runStream } from '@marketops/contracts';
import {
  isoTime,
  type LoadedConfig,
  loadConfig,
  newUlid,
  queueNames,
  readSigningKey,
  rotateSigningKey,
} from '@marketops/engine';
import {
  connectLive,
  followRun,
  type Live,
  openCarrier,
  openRuns,
  shownPlan,
  systemAudience,
} from '@marketops/operator';
import { openBlobs } from '@marketops/operator/reading';
import { openKeyring, verifyApproval, verifyEvidence } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { createAppender } from '@marketops/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem } from '../processes/system.js';
import type { System } from '../processes/system-options.js';
import { runCommand } from '../testing/run-command.js';

interface Answer {
  readonly approval_id: string;
  readonly plan_digest: string;
  readonly operations: readonly unknown[];
  readonly event: { readonly stream: string; readonly seq: number };
  readonly runs: readonly {
    readonly run_id: string;
    readonly requests: readonly {
      readonly standing: string;
      readonly needs: readonly { readonly group: string | null; readonly have: number }[];
      readonly missing_evidence: readonly string[];
    }[];
    readonly said: readonly {
      readonly approval_id: string;
      readonly approver: string;
      readonly counts: boolean;
      readonly counts_for: readonly string[];
      readonly because: string | null;
    }[];
  }[];
  readonly error?: { readonly code: string };
}

/** Ledger and planner are real; federation is away, so that what waits for an answer keeps waiting. */
describe('what people say of a plan', () => {
  let dir = '';
  let system: System;
  let loaded: LoadedConfig;
  let live: Live;
  let env: Record<string, string> = {};
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'marketops-say-'));
    system = await startSystem({
      dir,
      services: ['ledger', 'planner'],
      restartCrashed: false,
      allowNonDurableRedis: true,
    });
    env = { HOME: join(dir, 'home'), REDIS_URL: system.redisUrl };
    for (const who of ['alice', 'bob']) await command('approver', 'add', who, '--group', 'release-managers');
    await command('approver', 'add', 'local');
    await command('issuer', 'add', 'ci', '--kind', 'ci.result', '--key-file', join(dir, 'ci.json'));
    loaded = loadConfig(system.configPath);
    live = await connectLive(loaded, env);
  });
  afterAll(async () => {
    await live.close();
    await system.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const command = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCommand([...args, '--json'], { cwd: dir, env });
    return { code, answer: JSON.parse(stdout) as Answer, stdout, stderr };
  };
  const refusal = async (...args: string[]) => {
    const { code, answer } = await command(...args);
    return { code, error: answer.error?.code };
  };
  let plans = 0;
  /** A run that has its plan: two tags. */
  const planned = async (mode: 'prod' | 'dry_run' = 'prod'): Promise<string> => {
    const file = join(dir, `plan-${++plans}.yml`);
    const tag = (id: string) => `  - {id: ${id}, kind: tag_repo, tag_name: v${plans}-${id}, target: main}`;
    writeFileSync(
      file,
      [
        `tenant_id: acme\nrepository: acme/widgets\nmode: ${mode}\noperations:`,
        tag('one'),
        tag('two'),
        '',
      ].join('\n'),
    );
    const { stdout } = await runCommand(['submit', file], { cwd: dir, env });
    const runId = stdout.trim();
    const following = { live, blobs: openBlobs(loaded.dataDir), runId, timeoutMs: 30_000 };
    for await (const event of followRun({ ...following, signal: new AbortController().signal })) {
      if (event.type === 'plan.generated') return runId;
    }
    throw new RangeError(`${runId} has no plan`);
  };
  const eventsOf = async (runId: string): Promise<readonly MarketOpsEvent[]> =>
    (await live.reader.read([runStream(runId)]))[0]?.events ?? [];
  /** Federation asks for approvals, with its own key. */
  const ask = async (runId: string, over: { readonly expiresMs?: number } = {}) => {
    const { run, plan } = await recordOf(runId);
    const key = readSigningKey(`${loaded.dataDir}/keys/federation`, 'actor');
    const appender = createAppender({
      store: live.store,
      crypto: nodeCrypto,
      signer: { actor: 'federation', ...key },
      now: () => new Date(),
      newId: newUlid,
    });
    const need = { policy_id: 'two-people', approvals: 2, group: 'release-managers' };
    const request = {
      request_id: newUlid(),
      plan_digest: run.planned?.data.plan_digest ?? '',
      operation_ids: plan?.operations.map(({ operation_id: id }) => id) ?? [],
      needs: [need, { policy_id: 'anybody', approvals: 1, group: null }],
      evidence: ['ci.result=passed'],
      reasons: [{ code: 'approval_required', message: 'two people', remedy: 'ask them' }],
      expires_at: isoTime(Date.now() + (over.expiresMs ?? 3_600_000)),
    };
    await appender.append({
      context: {
        ...{ tenantId: run.tenantId, runId, mode: run.mode, correlationId: runId },
        causationId: run.planned?.id ?? null,
      },
      streams: [
        {
          stream: runStream(runId),
          afterSeq: run.lastSeq,
          events: [{ type: 'approval.requested', data: request }],
        },
      ],
    });
  };
  const recordOf = async (runId: string) => {
    const runs = await openRuns(loaded, env);
    try {
      return await runs.read(runId);
    } finally {
      await runs.close();
    }
  };

  it('F3: given a grant, then it stands in the stream, signed by its approver’s own key over the plan’s digest', async () => {
    const runId = await planned();
    const { code, answer } = await command(
      ...['approve', runId, '--as', 'alice', '--operation', 'one', '--reason', 'read it', '--yes'],
    );
    expect(code).toBe(0);
    const event = (await eventsOf(runId)).find(
      ({ type }) => type === 'approval.granted',
    ) as EventOf<'approval.granted'>;
    expect(event).toMatchObject({ actor: 'console', seq: answer.event.seq, stream: runStream(runId) });
    const { approval } = event.data;
    const { planned: generated } = foldRun(await eventsOf(runId));
    expect(approval).toMatchObject({
      approval_id: answer.approval_id,
      plan_digest: generated?.data.plan_digest,
      operations: ['one'],
      audience: systemAudience(loaded, env),
      approver: 'alice',
      reason: 'read it',
    });
    const keyring = openKeyring(nodeCrypto, loaded.keyring);
    const key = verifyApproval(nodeCrypto, approval, { keyring, at: isoTime(Date.now()) });
    expect(key).toMatchObject({ principal: 'alice', groups: ['release-managers'] });
    expect(answer.operations).toMatchObject([
      { operation_id: 'one', repository: 'acme/widgets', tag: `v${plans}-one` },
    ]);
    const job = await live
      .queue(queueNames.authorizations)
      .getJob(`${runId}.approval-${approval.approval_id}`);
    expect(job?.data).toEqual({ run_id: runId });
  });

  it('O2: given one’s own plan, then it is not signed, neither yes nor no', async () => {
    const runId = await planned();
    const before = await eventsOf(runId);
    for (const verb of ['approve', 'deny']) {
      expect(await refusal(verb, runId, '--as', 'local', '--reason', 'mine', '--yes')).toEqual({
        code: 2,
        error: 'own_plan',
      });
    }
    expect(await eventsOf(runId)).toEqual(before);
  });

  describe('given a plan', () => {
    let runId = '';
    let before: readonly MarketOpsEvent[] = [];
    beforeAll(async () => {
      runId = await planned();
      before = await eventsOf(runId);
    });

    it('then all that would be signed is shown, and nothing is without a yes', async () => {
      const { code, stdout, stderr } = await runCommand(['approve', runId, '--as', 'alice'], {
        cwd: dir,
        env,
      });
      expect(code).toBe(2);
      expect(stderr).toContain('confirmation_needed');
      const { planned: generated } = foldRun(before);
      const { plan } = await recordOf(runId);
      for (const part of [
        'acme/widgets',
        `v${plans}-one`,
        `v${plans}-two`,
        generated?.data.plan_digest,
        ...(plan?.operations.map((operation) => operation.operation_digest) ?? []),
      ]) {
        expect(stdout).toContain(part);
      }
      expect(await eventsOf(runId)).toEqual(before);
    });

    it.each([
      ['an operation it does not have', ['--operation', 'three'], 'operation_unknown'],
      ['a reason that reads backwards', ['--reason', 'fine \u202e'], 'usage_invalid'],
      ['an expiry of eight days', ['--expires', '8d'], 'usage_invalid'],
      ['no key of that name', ['--as', 'zoe'], 'key_missing'],
      ['several keys and none named', ['--as', ''], 'usage_invalid'],
    ])('and %s, then it is refused', async (_what, over, error) => {
      const whose = over.includes('--as') ? [] : ['--as', 'alice'];
      expect(await refusal('approve', runId, ...whose, ...over, '--yes')).toEqual({ code: 2, error });
      expect(await eventsOf(runId)).toEqual(before);
    });

    it('and a key that others can read, that is not listed, or that was revoked, then it is refused', async () => {
      const approve = (file: string) => refusal('approve', runId, '--key', file, '--yes');
      const open = join(dir, 'open.json');
      await command('approver', 'key', 'carol', '--key-file', open);
      expect(await approve(open)).toEqual({ code: 2, error: 'key_not_listed' });
      await command('approver', 'add', 'carol', '--key-file', open);
      chmodSync(open, 0o644);
      expect(await approve(open)).toEqual({ code: 2, error: 'key_exposed' });
      chmodSync(open, 0o600);
      await command('approver', 'remove', 'carol');
      expect(await approve(open)).toEqual({ code: 2, error: 'key_not_valid' });
      expect(await eventsOf(runId)).toEqual(before);
    });

    it('R1: and another plan or operation in its place, then it is not shown, and so not signed', async () => {
      const record = await recordOf(runId);
      const { plan, operations } = record;
      if (plan === undefined) throw new RangeError('no plan');
      expect(shownPlan(record).plan).toEqual(plan);
      const notShown = expect.objectContaining({ code: 'plan_not_shown' }) as Error;
      expect(() => shownPlan({ ...record, plan: undefined })).toThrow(notShown);
      expect(() => shownPlan({ ...record, plan: { ...plan, principal: 'alice' } })).toThrow(notShown);
      const moved = operations.map((one) =>
        one.operation?.kind === 'tag_repo'
          ? { ...one, operation: { ...one.operation, tag_name: 'v9' } }
          : one,
      );
      expect(() => shownPlan({ ...record, operations: moved })).toThrow(notShown);
      expect(() => shownPlan({ ...record, operations: [] })).toThrow(notShown);
    });
  });

  it('D4: given a dry run, then there is nothing to approve', async () => {
    const runId = await planned('dry_run');
    expect(await refusal('approve', runId, '--as', 'alice', '--yes')).toEqual({
      code: 2,
      error: 'nothing_to_approve',
    });
  });

  it('given a withdrawal, then the grant counts no more, and is taken back once', async () => {
    const runId = await planned();
    const { answer: grant } = await command('approve', runId, '--as', 'bob', '--yes');
    expect((await command('withdraw', runId, '--as', 'alice', '--yes')).answer.error?.code).toBe(
      'grant_unknown',
    );
    expect((await command('withdraw', runId, '--as', 'bob', '--yes')).code).toBe(0);
    const last = (await eventsOf(runId)).at(-1) as EventOf<'approval.withdrawn'>;
    expect(last.type).toBe('approval.withdrawn');
    expect(last.data.approval).toMatchObject({ approver: 'bob', withdraws: grant.approval_id });
    expect(await refusal('withdraw', runId, '--as', 'bob', '--yes')).toEqual({
      code: 3,
      error: 'grant_unknown',
    });
    const { answer } = await command('approvals', runId);
    expect(answer.runs[0]?.said.find(({ approval_id: id }) => id === grant.approval_id)).toMatchObject({
      counts: false,
      because: 'it was withdrawn',
    });
  });

  it('given a request, then approvals tells who is asked, and how far it is; a removed approver counts no more', async () => {
    const runId = await planned();
    await ask(runId);
    await command('approve', runId, '--as', 'alice', '--yes');
    await command('approver', 'add', 'dora', '--group', 'release-managers');
    await command('approve', runId, '--as', 'dora', '--operation', 'one', '--yes');
    const waiting = async () => (await command('approvals')).answer.runs.find((run) => run.run_id === runId);
    const have = (needs: readonly { readonly have: number }[] = []) => needs.map((need) => need.have);
    expect((await waiting())?.requests[0]).toMatchObject({
      standing: 'open',
      missing_evidence: ['ci.result=passed'],
    });
    // Operation two has alice’s yes alone.
    expect(have((await waiting())?.requests[0]?.needs)).toEqual([1, 1]);
    await command('approve', runId, '--as', 'bob', '--yes');
    expect(have((await waiting())?.requests[0]?.needs)).toEqual([2, 2]);
    await command('approver', 'remove', 'bob');
    expect(have((await waiting())?.requests[0]?.needs)).toEqual([1, 1]);
    const vouch = ['evidence', 'sign', runId, '--kind', 'ci.result', '--value', 'passed'];
    const signed = await runCommand([...vouch, '--key', join(dir, 'ci.json')], { cwd: dir, env });
    writeFileSync(join(dir, 'vouched.json'), signed.stdout);
    await command('evidence', 'add', runId, join(dir, 'vouched.json'));
    expect((await waiting())?.requests[0]?.missing_evidence).toEqual([]);
    const { stdout } = await runCommand(['approvals', runId], { cwd: dir, env });
    expect(stdout).toMatch(/has the evidence ci\.result=passed/);
    expect(stdout).toMatch(/1 of 2 approvals by release-managers/);
    expect(stdout).toMatch(/bob .* no: The key /);
  }, 120_000);

  it('given a request whose time is over, then a yes comes too late', async () => {
    const runId = await planned();
    await ask(runId, { expiresMs: -1 });
    expect(await refusal('approve', runId, '--as', 'alice', '--yes')).toEqual({
      code: 2,
      error: 'request_expired',
    });
  });

  it('given a denial, then it stands with its reason', async () => {
    const runId = await planned();
    expect((await refusal('deny', runId, '--as', 'alice', '--yes')).error).toBe('usage_invalid');
    await command('deny', runId, '--as', 'alice', '--reason', 'the wrong tag', '--yes');
    const last = (await eventsOf(runId)).at(-1);
    expect(last).toMatchObject({
      type: 'approval.denied',
      data: { approval: { verdict: 'deny', reason: 'the wrong tag', operations: 'all' } },
    });
    const { stdout } = await runCommand(['events', runId], { cwd: dir, env });
    expect(stdout).toContain('alice denies the whole plan: the wrong tag');
  });

  it('given a run that has ended, then nothing is said of it any more', async () => {
    const runId = await planned();
    await command('cancel', runId, '--reason', 'not today');
    const following = { live, blobs: openBlobs(loaded.dataDir), runId, timeoutMs: 30_000 };
    let last: string | undefined;
    for await (const event of followRun({ ...following, signal: new AbortController().signal }))
      last = event.type;
    expect(last).toBe('run.completed');
    expect(await refusal('approve', runId, '--as', 'alice', '--yes')).toEqual({
      code: 2,
      error: 'run_ended',
    });
  });

  it('F3: given evidence, then it stands as its issuer signed it, once; altered or of another run it is refused', async () => {
    const runId = await planned();
    const signed = await runCommand(
      ['evidence', 'sign', runId, '--kind', 'ci.result', '--value', 'passed', '--key', join(dir, 'ci.json')],
      { cwd: dir, env },
    );
    const file = join(dir, 'evidence.json');
    writeFileSync(file, signed.stdout);
    const add = (run: string) => refusal('evidence', 'add', run, file);
    expect(await add(await planned())).toEqual({ code: 2, error: 'evidence_not_valid' });
    expect(await add(runId)).toEqual({ code: 0, error: undefined });
    const { data } = (await eventsOf(runId)).at(-1) as EventOf<'evidence.recorded'>;
    const keyring = openKeyring(nodeCrypto, loaded.keyring);
    const key = verifyEvidence(nodeCrypto, data.evidence, { keyring, at: isoTime(Date.now()) });
    expect(key.issuer).toBe('ci');
    expect(data.evidence).toMatchObject({ kind: 'ci.result', value: 'passed', run_id: runId });
    expect(await add(runId)).toEqual({ code: 2, error: 'already_said' });
    writeFileSync(file, signed.stdout.replace('passed', 'failed'));
    expect(await add(runId)).toEqual({ code: 2, error: 'evidence_not_valid' });
    writeFileSync(file, ' '.repeat(20_000));
    expect(await add(runId)).toEqual({ code: 2, error: 'usage_invalid' });
    expect(
      await refusal(
        ...[
          'evidence',
          'sign',
          runId,
          '--kind',
          'risk.level',
          '--value',
          'low',
          '--key',
          join(dir, 'ci.json'),
        ],
      ),
    ).toEqual({ code: 2, error: 'evidence_not_valid' });
  }, 120_000);

  it('E1: given two carriers at once, then each brings its own, one after the other', async () => {
    const runId = await planned();
    const { run } = await recordOf(runId);
    const said = await Promise.all(
      ['alice', 'dora'].map((who) => command('approve', runId, '--as', who, '--yes')),
    );
    const seqs = said.map(({ answer }) => answer.event.seq).sort((a, b) => a - b);
    expect(seqs).toEqual([run.lastSeq + 1, run.lastSeq + 2]);
    const carriers = [openCarrier(loaded, env, live), openCarrier(loaded, env, live)];
    const [first] = (await eventsOf(runId)).filter(({ type }) => type === 'approval.granted');
    const grant = first as EventOf<'approval.granted'>;
    const seen: number[] = [];
    const carried = await Promise.all(
      carriers.map((carrier) =>
        carrier.carry({
          stream: runStream(runId),
          context: { tenantId: run.tenantId, runId, mode: run.mode, causationId: null, correlationId: runId },
          events: (standing) => {
            seen.push(standing.length);
            return [{ type: 'approval.granted', data: grant.data }];
          },
        }),
      ),
    );
    await Promise.all(carriers.map((carrier) => carrier.close()));
    expect(carried.map(([event]) => event?.seq).sort()).toEqual([run.lastSeq + 3, run.lastSeq + 4]);
    // Both decided on the same stream; one was second, and was shown the stream again.
    expect(seen).toEqual([run.lastSeq + 2, run.lastSeq + 2, run.lastSeq + 3]);
  });

  it('E3: given a console key that the keyring does not list, then nothing is carried', async () => {
    const other = join(dir, 'other');
    await runCommand(['init', '--dir', other], { cwd: dir });
    const keys = { ...env, MARKETOPS_KEYS_DIR: join(other, '.marketops', 'keys', 'console') };
    expect(() => openCarrier(loaded, keys, live)).toThrow(
      expect.objectContaining({ code: 'key_unlisted' }) as Error,
    );
  });

  it('F3: given the console’s key has just been rotated, then it carries under the one that everybody knows', async () => {
    const runId = await planned();
    const { dataDir } = loaded;
    await rotateSigningKey({ dataDir, service: 'console', purpose: 'actor', now: new Date() });
    const { code, answer } = await command('approve', runId, '--as', 'alice', '--yes');
    expect(code).toBe(0);
    // Read with the keyring of before.
    expect((await eventsOf(runId)).at(-1)).toMatchObject({ type: 'approval.granted', seq: answer.event.seq });
  });
});
