import { operationStream } from '@marketops/contracts';
import { openPolicies } from '@marketops/policy';
import { verifyReceiptSignatures } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness, receiptTtlMs } from './testing/harness.js';
import { hearingOf, wantingApprovals } from './testing/hearing.js';
import { runId, tagOf } from './testing/plan.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
  await its.plan([tagOf()]);
  await its.ask(['tag']);
});
afterEach(() => its.engine.close());

const authorizationMs = 24 * 3_600_000;
const types = async () =>
  (await its.engine.events(operationStream(runId, 'tag'))).map(({ type }) => type).slice(1);
const issuedBefore = ['operation.authorized', 'receipt.issued'];
const renewed = ['receipt.expired', 'receipt.issued'];
const expire = async (ms = receiptTtlMs) => {
  its.engine.clock.step(ms);
  its.engine.jobs.splice(0);
  await its.ask(['tag']);
};
const denyAll = () => {
  its.policy.current = openPolicies(nodeCrypto, {
    'none.cedar': '@id("none") permit (principal, action, resource) when { resource.owner == "nobody" };',
  });
};

describe('an unused receipt', () => {
  it('R3: given it has not expired, then it is presented again and nothing is said', async () => {
    await expire(receiptTtlMs - 1);
    expect(await types()).toEqual(issuedBefore);
    expect(its.engine.jobs).toMatchObject([{ name: 'receipt.issued' }]);
  });

  it('P5, R3: given it has expired while the authorization lasts, then a new one replaces it, in one append', async () => {
    const old = await its.receipt('tag');
    await expire();
    expect(await types()).toEqual([...issuedBefore, ...renewed]);
    const receipt = (await its.receipt('tag')) ?? expect.fail('no receipt');
    expect(receipt).toMatchObject({
      supersedes: old?.receipt_id,
      issued_at: new Date(its.engine.clock.nowMs()).toISOString(),
      operation_digest: old?.operation_digest,
    });
    for (const field of ['receipt_id', 'decision_id'] as const) expect(receipt[field]).not.toBe(old?.[field]);
    const hmacKeys = new Map([[its.engine.keys.hmac.keyId, its.engine.keys.hmac.key]]);
    verifyReceiptSignatures(nodeCrypto, receipt, { keyring: its.engine.keyring, hmacKeys });
    expect(its.engine.jobs).toMatchObject([{ name: 'receipt.issued', jobId: receipt.receipt_id }]);
    const { phase, receipts } = await its.operation('tag');
    expect([phase, receipts.length]).toEqual(['authorized', 2]);
  });

  it('R3: given twenty ask about it at once, then there is one new receipt', async () => {
    its.engine.clock.step(receiptTtlMs);
    await Promise.all(Array.from({ length: 20 }, () => its.ask(['tag'])));
    expect(await types()).toEqual([...issuedBefore, ...renewed]);
  });

  it('R1: given it is of an older epoch, then it counts as expired, however fresh', async () => {
    const old = await its.receipt('tag');
    for (let at = 0; at < 64; at += 1) {
      await its.engine.store.writeControl(at, { epoch: 2, state: 'open', reason: '', term: 1 });
    }
    await expect(its.ask(['tag'])).rejects.toMatchObject({ code: 'epoch_changed', retry: 'hold' });
    await its.ask(['tag']);
    expect(await types()).toEqual([...issuedBefore, ...renewed]);
    expect(await its.receipt('tag')).toMatchObject({ epoch: 2, supersedes: old?.receipt_id });
  });

  it('P1, P5: given it is renewed again and again, then no receipt outlives the authorization, and after it there is none', async () => {
    const { authorized } = await its.operation('tag');
    const endMs = Date.parse(authorized?.data.valid_until ?? '');
    expect(endMs).toBe(Date.parse(authorized?.time ?? '') + authorizationMs);
    const minuteMs = 60_000;
    for (let time = 0; time < 23; time += 1) await expire(61 * minuteMs);
    // 23 h 23 min have passed.
    expect(Date.parse((await its.receipt('tag'))?.expires_at ?? '')).toBe(endMs);
    expect((await its.operation('tag')).receipts).toHaveLength(24);
    await expire(37 * minuteMs);
    expect((await types()).slice(-1)).toEqual(['receipt.expired']);
    expect(its.engine.jobs).toMatchObject([{ queue: '{runs}', coalesceId: runId }]);
    await expire();
    expect((await its.operation('tag')).phase).toBe('expired');
  });

  it('F2, F5: given the policy says no by now, then it has expired and an advisory says why', async () => {
    denyAll();
    await expire();
    expect(await types()).toEqual([...issuedBefore, 'receipt.expired', 'receipt.advised']);
    expect((await its.advisory('tag'))?.reasons.map(({ code }) => code)).toEqual(['repository_not_allowed']);
    expect(its.engine.jobs).toMatchObject([{ queue: '{runs}' }]);
  });

  it('F2: given the policy says no by now and the receipt is live, then it stands: revoking is another order', async () => {
    denyAll();
    await expire(1_000);
    expect(await types()).toEqual(issuedBefore);
  });

  it('O1: given its scope is frozen, then nothing is said until it is not', async () => {
    await its.engine.store.freeze('account:acme', 'incident');
    its.engine.clock.step(receiptTtlMs);
    await expect(its.ask(['tag'])).rejects.toMatchObject({ code: 'frozen', retry: 'hold' });
    expect(await types()).toEqual(issuedBefore);
    await its.engine.store.unfreeze('account:acme');
    await its.ask(['tag']);
    expect(await types()).toEqual([...issuedBefore, ...renewed]);
  });

  it('given the run is cancelled, then it is not renewed', async () => {
    await its.cancel();
    await expire();
    expect(await types()).toEqual(issuedBefore);
  });
});

describe('an unused receipt that rests on approvals', () => {
  it('O2: given they still count, then it is renewed; given one was withdrawn meanwhile, then it is not', async () => {
    its.engine.close();
    its = await openHarness({ policy: wantingApprovals(1) });
    const people = hearingOf(its);
    await its.plan([tagOf()]);
    const expires_at = new Date(its.engine.clock.nowMs() + authorizationMs).toISOString();
    const { approval_id } = await people.says('alice', { expires_at });
    await its.ask(['tag']);
    await expire();
    expect(await types()).toEqual([...issuedBefore, ...renewed]);
    await people.says('alice', { verdict: 'withdraw', withdraws: approval_id });
    await expire();
    expect((await types()).slice(-2)).toEqual(['receipt.expired', 'receipt.advised']);
    expect((await its.advisory('tag'))?.reasons.map(({ code }) => code)).toEqual([
      'policy_forbids',
      'approval_required',
    ]);
    expect((await people.run()).approvalRequests).toEqual([]);
  });
});
