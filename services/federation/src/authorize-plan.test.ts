import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizeAndIssueReceipt, authorizePublicationPlan } from './authorize-plan.js';
import { type Harness, openHarness, receiptTtlMs } from './testing/harness.js';
import { hearingOf, wantingApprovals } from './testing/hearing.js';
import { runId, sayDone, tagOf } from './testing/plan.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
});
afterEach(() => its.engine.close());

const authorize = () => authorizePublicationPlan(its.engine, its.authorizer, runId);
const authorizeOne = (id = 'tag') => authorizeAndIssueReceipt(its.engine, its.authorizer, runId, id);
const denied = tagOf('denied', { repository: { id: 9, owner: 'rival', name: 'secret' } });
const codes = (some: readonly { operationId: string; reasons: readonly { code: string }[] }[]) =>
  some.map(({ operationId, reasons }) => [operationId, ...reasons.map(({ code }) => code)]);

describe('authorizePublicationPlan', () => {
  it('F1: given every operation is allowed, then each has its receipt, and execution is ready', async () => {
    await its.plan([tagOf('a'), tagOf('b')]);
    const answer = await authorize();
    expect(answer).toEqual({
      runId,
      receipts: { a: await its.receipt('a'), b: await its.receipt('b') },
      blockedOperations: [],
      waitingOperations: [],
      executionReady: true,
    });
    expect(its.engine.jobs.map(({ name }) => name)).toEqual(['receipt.issued', 'receipt.issued']);
  });

  it('F5: given one is denied, then it is blocked with the reasons, and execution is not ready', async () => {
    await its.plan([tagOf('a'), denied]);
    const { receipts, blockedOperations, executionReady } = await authorize();
    expect([Object.keys(receipts), codes(blockedOperations), executionReady]).toEqual([
      ['a'],
      [['denied', 'repository_not_allowed']],
      false,
    ]);
  });

  it('E2: given it is called again, then it says the same and mints nothing', async () => {
    await its.plan([tagOf('a'), denied]);
    const first = await authorize();
    expect(await authorize()).toEqual(first);
  });

  it('given operations that wait, then each says for what', async () => {
    its.policy.current = wantingApprovals(1);
    await its.plan([tagOf('a'), tagOf('b')], { dependsOn: { b: ['a'] } });
    expect(codes((await authorize()).waitingOperations)).toEqual([
      ['a', 'approval_pending'],
      ['b', 'dependency_pending'],
    ]);
    await hearingOf(its).says('alice');
    expect(Object.keys((await authorize()).receipts)).toEqual(['a']);
    await sayDone(its.engine, 'a');
    await its.engine.store.freeze('all', 'incident');
    expect(codes((await authorize()).waitingOperations)).toContainEqual(['b', 'frozen']);
  });

  it('D1: given a dry run, then everything is blocked and no receipt exists', async () => {
    await its.plan([tagOf('a')], { mode: 'dry_run' });
    expect(await authorize()).toMatchObject({
      receipts: {},
      blockedOperations: [{ operationId: 'a', reasons: [{ code: 'blocked_by_mode' }] }],
      executionReady: false,
    });
  });

  it('P5: given its authorization has ended with an unused receipt, then it is blocked', async () => {
    await its.plan([tagOf('a')]);
    await authorize();
    its.engine.clock.step(24 * receiptTtlMs);
    expect(codes((await authorize()).blockedOperations)).toEqual([['a', 'receipt_expired']]);
  });

  it('given a run that was cancelled, then what has no answer says so', async () => {
    await its.plan([tagOf('a')]);
    await its.cancel();
    expect(codes((await authorize()).waitingOperations)).toEqual([['a', 'not_answered']]);
  });

  it('given there is no such run, then it is refused', async () => {
    await expect(authorize()).rejects.toMatchObject({ code: 'plan_missing', retry: 'terminal' });
  });
});

describe('authorizeAndIssueReceipt', () => {
  it('F1: given the policy allows it, then the receipt is answered, and others are left alone', async () => {
    await its.plan([tagOf('tag'), tagOf('other')]);
    expect(await authorizeOne()).toEqual({ receipt: await its.receipt('tag') });
    expect((await its.operation('other')).phase).toBe('planned');
  });

  it('F5: given the policy denies it, then there is none, and why', async () => {
    await its.plan([denied]);
    expect(await authorizeOne('denied')).toMatchObject({
      receipt: null,
      reasons: [{ code: 'repository_not_allowed' }],
    });
  });

  it('given an operation the plan has not, then it is refused', async () => {
    await its.plan([tagOf('tag')]);
    await expect(authorizeOne('other')).rejects.toMatchObject({ code: 'plan_missing' });
  });
});
