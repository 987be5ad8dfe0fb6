import { type OperatorCommand, operationStream } from '@marketops/contracts';
import { jobNames, revokeJob } from '@marketops/engine';
import { commandBy, type OutsideName, testAudience } from '@marketops/engine/testing';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiptToRevoke } from './deciding/revocation.js';
import { type Harness, openHarness, receiptTtlMs } from './testing/harness.js';
import { runId, sayDone, tagOf } from './testing/plan.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
  await its.plan([tagOf()]);
  await its.ask(['tag']);
  its.engine.jobs.splice(0);
});
afterEach(() => its.engine.close());

const types = async () =>
  (await its.engine.events(operationStream(runId, 'tag'))).map(({ type }) => type).slice(3);
const order = async (
  over: Partial<Omit<OperatorCommand, 'signature'>> = {},
  who: OutsideName = 'alice',
): Promise<OperatorCommand> => {
  const receipt = await its.receipt('tag');
  const action = {
    ...{ kind: 'revoke_receipt' as const, run_id: runId, operation_id: 'tag' },
    receipt_id: receipt?.receipt_id ?? '',
  };
  return commandBy(its.engine.keys, who, over.action ?? action, its.engine.clock.nowMs(), over);
};
const give = (command: unknown) => its.askAs({ command }, jobNames.revoke);
const inMs = (ms: number) => new Date(its.engine.clock.nowMs() + ms).toISOString();

describe('an order to revoke a receipt', () => {
  it('R3: given the receipt is live, then it is revoked, with the order and who gave it, and the planner is told', async () => {
    const command = await order({ reason: 'wrong commit' });
    const { name, data } = revokeJob(command);
    await its.askAs(data, name);
    const { phase, revoked } = await its.operation('tag');
    expect([phase, await types()]).toEqual(['revoked', ['receipt.revoked']]);
    expect(revoked?.data).toMatchObject({
      command,
      reason: { code: 'receipt_revoked', message: 'alice revoked it: wrong commit' },
    });
    expect(its.engine.jobs).toMatchObject([{ queue: '{runs}', coalesceId: runId }]);
  });

  it('E2: given it comes twice, or by ten at once, then it is said once', async () => {
    const command = await order();
    await Promise.all(Array.from({ length: 10 }, () => give(command)));
    await give(command);
    expect(await types()).toEqual(['receipt.revoked']);
  });

  it('R3: given it is revoked, then asking again mints nothing, now or later', async () => {
    await give(await order());
    its.engine.jobs.splice(0);
    await its.ask(['tag']);
    its.engine.clock.step(receiptTtlMs);
    await its.ask();
    expect([await types(), its.engine.jobs]).toEqual([['receipt.revoked'], []]);
  });

  it('P4: given the operation has started, then it comes too late and changes nothing', async () => {
    const receipt = await its.receipt('tag');
    const { lastSeq } = await its.operation('tag');
    const start = {
      type: 'operation.started' as const,
      data: {
        operation_id: 'tag',
        receipt_id: receipt?.receipt_id ?? '',
        execution_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
        lease_until: inMs(30_000),
      },
    };
    await its.engine.say('publisher', operationStream(runId, 'tag'), lastSeq, [start]);
    const command = await order();
    await give(command);
    await sayDone(its.engine, 'tag');
    await give(command);
    expect(await types()).toEqual(['operation.started', 'operation.succeeded']);
  });

  it('R3: given the receipt has been replaced since, even twice, then the order for it reaches the one that is live', async () => {
    const command = await order({ reason: 'wrong commit' });
    const named = await its.receipt('tag');
    for (let times = 0; times < 2; times += 1) {
      its.engine.clock.step(receiptTtlMs);
      await its.ask(['tag']);
    }
    its.engine.jobs.splice(0);
    const live = await its.receipt('tag');
    const again = await order({ action: command.action, reason: 'wrong commit' });
    await give(again);
    const { phase, revoked } = await its.operation('tag');
    expect([phase, revoked?.data.receipt_id]).toEqual(['revoked', live?.receipt_id]);
    expect(revoked?.data).toMatchObject({
      command: again,
      reason: { message: `alice revoked ${named?.receipt_id}, which it replaced: wrong commit` },
    });
    expect(its.engine.jobs).toMatchObject([{ queue: '{runs}', coalesceId: runId }]);
  });

  it('R3: given another authorization since, then an order from before does not reach its receipt', async () => {
    const { action } = await order();
    if (action.kind !== 'revoke_receipt') return expect.fail('another order');
    const before = await its.operation('tag');
    its.engine.clock.step(receiptTtlMs);
    await its.ask(['tag']);
    const renewed = await its.operation('tag');
    const [old, live] = renewed.receipts;
    expect(receiptToRevoke(renewed, action.receipt_id)).toEqual(live);
    // As after a redrive: the new receipt supersedes the old one too, and was minted by the decision that authorized it.
    const decision_id = live?.decision_id ?? '';
    const authorized = renewed.authorized && {
      ...renewed.authorized,
      data: { ...renewed.authorized.data, decision_id },
    };
    const redriven = { ...renewed, ...(authorized === undefined ? {} : { authorized }) };
    expect(live?.supersedes).toBe(old?.receipt_id);
    expect(receiptToRevoke(redriven, action.receipt_id)).toBeUndefined();
    expect(receiptToRevoke(redriven, live?.receipt_id ?? '')).toEqual(live);
    expect(receiptToRevoke(before, action.receipt_id)).toEqual(old);
  });

  it('R3: given a receipt that has never been of this operation, then the order changes nothing', async () => {
    const { action } = await order();
    if (action.kind !== 'revoke_receipt') return expect.fail('another order');
    await give(await order({ action: { ...action, receipt_id: `rcp_${'0'.repeat(26)}` } }));
    expect([await types(), its.engine.jobs]).toEqual([[], []]);
  });

  it('given an operation or run there is not, then nothing happens', async () => {
    const { action } = await order();
    if (action.kind !== 'revoke_receipt') return expect.fail('another order');
    await give(await order({ action: { ...action, operation_id: 'other' } }));
    await give(await order({ action: { ...action, run_id: `run_${'b'.repeat(26)}` } }));
    expect([await types(), its.engine.jobs]).toEqual([[], []]);
  });

  const scopes = ['all'];
  it.each<[string, string, () => Promise<unknown>]>([
    ['to freeze', 'order_refused', () => order({ action: { kind: 'freeze', scopes } })],
    [
      'for another system',
      'order_refused',
      () => order({ audience: { ...testAudience, environment: 'prod' } }),
    ],
    ['that has expired', 'order_refused', () => order({ issued_at: inMs(-600_000), expires_at: inMs(0) })],
    ['of the future', 'order_refused', () => order({ issued_at: inMs(30_001), expires_at: inMs(60_000) })],
    ['for longer than 10 minutes', 'order_refused', () => order({ expires_at: inMs(600_001) })],
    ['in another’s name', 'actor_mismatch', () => order({ principal: 'bob' })],
    ['in another’s name and key id', 'signature_invalid', () => order({ principal: 'bob', key_id: 'bob-1' })],
    ['by an issuer of evidence', 'key_wrong_purpose', () => order({}, 'ci')],
    [
      'changed after it was signed',
      'signature_invalid',
      async () => ({ ...(await order()), reason: 'another' }),
    ],
    [
      'with a signature of another length',
      'signature_malformed',
      async () => ({ ...(await order()), signature: 'AAAA' }),
    ],
    ['that is none', 'request_malformed', async () => Promise.resolve({ action: 'revoke' })],
  ])('F3: given one %s, then it is refused for good and changes nothing', async (_what, code, make) => {
    await expect(give(await make())).rejects.toMatchObject({ code, retry: 'terminal' });
    expect([await types(), its.engine.jobs]).toEqual([[], []]);
  });

  it('F3: given its operator’s key is revoked by now, then it is refused', async () => {
    const command = await order();
    const keys = its.engine.keys.published.keys.map((key) =>
      key.key_id === 'alice-1' ? { ...key, revoked_at: inMs(0) } : key,
    );
    its.trust(openKeyring(nodeCrypto, { ...its.engine.keys.published, keys }));
    await expect(give(command)).rejects.toMatchObject({ code: 'key_revoked', retry: 'terminal' });
  });

  it('given the partition is closed, then it is held', async () => {
    const command = await order();
    for (let at = 0; at < 64; at += 1) {
      await its.engine.store.writeControl(at, { epoch: 1, state: 'closed', reason: 'lost', term: 1 });
    }
    await expect(give(command)).rejects.toMatchObject({ code: 'partition_closed', retry: 'hold' });
  });
});
