import { foldRun, type OperatorCommand, operationStream, runStream } from '@marketops/contracts';
import { newUlid } from '@marketops/engine';
import { commandBy } from '@marketops/engine/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiptToRevoke } from './deciding/revocation.js';
import { type Harness, openHarness } from './testing/harness.js';
import { hearingOf, type Voices, wantingApprovals } from './testing/hearing.js';
import { runId, sayDone, tagOf } from './testing/plan.js';

let its: Harness;
let people: Voices;
beforeEach(async () => {
  its = await openHarness();
  people = hearingOf(its);
  await its.plan([tagOf()]);
  await its.ask(['tag']);
});
afterEach(() => its.engine.close());

const stream = operationStream(runId, 'tag');
const seqOf = async (of: string) => (await its.engine.events(of)).at(-1)?.seq ?? 0;

/** The operation fails. */
async function failAlone(): Promise<void> {
  const receipt = await its.receipt('tag');
  const started = {
    ...{ operation_id: 'tag', receipt_id: receipt?.receipt_id ?? '', execution_id: newUlid() },
    lease_until: new Date(its.engine.clock.nowMs() + 30_000).toISOString(),
  };
  await its.engine.say('publisher', stream, await seqOf(stream), [
    { type: 'operation.started', data: started },
  ]);
  await sayDone(its.engine, 'tag', 'operation.failed');
}
/** The operation fails and the run ends. */
async function fail(): Promise<void> {
  await failAlone();
  await end();
}
async function end(): Promise<void> {
  const data = { status: 'failed', succeeded: 0, failed: 1, blocked: 0, skipped: 0, uncertain: 0 } as const;
  await its.engine.say('planner', runStream(runId), await seqOf(runStream(runId)), [
    { type: 'run.completed', data },
  ]);
}

const order = (over: Partial<Omit<OperatorCommand, 'signature'>> = {}): OperatorCommand =>
  commandBy(
    its.engine.keys,
    'alice',
    { kind: 'redrive', run_id: runId, operations: ['tag'] },
    its.engine.clock.nowMs(),
    over,
  );

/** What console and planner say, whether the order is worth it or not. */
async function redrive(command = order(), command_id = command.command_id): Promise<void> {
  const draft = { type: 'run.redriven' as const, data: { principal: command.principal, command } };
  await its.engine.say('console', runStream(runId), await seqOf(runStream(runId)), [draft]);
  await sayRedriven(command_id);
}
async function sayRedriven(command_id: string): Promise<void> {
  const previous_receipt_id = (await its.receipt('tag'))?.receipt_id ?? null;
  const data = { operation_id: 'tag', command_id, previous_receipt_id, reason: 'again' };
  await its.engine.say('planner', stream, await seqOf(stream), [{ type: 'operation.redriven', data }]);
}

describe('R3: an operation that was redriven', () => {
  it('given policy still says yes, then it is authorized anew, with a receipt that supersedes the consumed one', async () => {
    const [first, before] = [await its.receipt('tag'), await its.operation('tag')];
    await fail();
    await redrive();
    its.engine.clock.step(60_000);
    await its.ask(['tag']);
    const { authorized, receipts, phase } = await its.operation('tag');
    const second = receipts.at(-1);
    expect([phase, receipts.length, second?.supersedes]).toEqual(['authorized', 2, first?.receipt_id]);
    expect(second?.decision_id).not.toBe(first?.decision_id);
    expect((authorized?.data.valid_until ?? '') > (before.authorized?.data.valid_until ?? '~')).toBe(true);
    await its.ask(['tag']);
    expect((await its.operation('tag')).receipts).toHaveLength(2);
  });

  it('F2: given policy says no by now, then there is an advisory, and no receipt', async () => {
    await fail();
    await redrive();
    its.policy.current = {
      digest: 'e'.repeat(64),
      weighsStatements: () => false,
      decide: () => ({
        allowed: false,
        policies: [],
        needs: [],
        reasons: [{ code: 'x', message: 'Not any more.', remedy: 'x' }],
      }),
    };
    await its.ask(['tag']);
    expect(await its.operation('tag')).toMatchObject({
      phase: 'advised',
      receipts: [{}],
      advised: { data: { advisory: { reasons: [{ message: 'Not any more.' }] } } },
    });
  });

  it('F2: given the approval of before has run out, then people are asked anew, and only their new word counts', async () => {
    its.policy.current = wantingApprovals(1);
    await fail();
    await redrive();
    await its.ask(['tag']);
    expect((await people.run()).approvalRequests).toHaveLength(1);
    expect((await its.operation('tag')).phase).toBe('planned');
    its.engine.clock.step(8 * 86_400_000);
    await its.ask(['tag']);
    expect((await its.operation('tag')).phase).toBe('advised');
    await end();
    // Asked a second time: the request that ran out was of the attempt before.
    await redrive();
    await its.ask(['tag']);
    expect((await its.operation('tag')).phase).toBe('planned');
    await people.says('bob');
    await its.ask(['tag']);
    expect((await its.operation('tag')).phase).toBe('authorized');
  });

  it('O2: given who ordered the redrive has said yes, before or after the order, then that does not count, and others’ words do', async () => {
    its.policy.current = wantingApprovals(1);
    await fail();
    await people.says('alice');
    await redrive();
    await people.says('alice');
    await its.ask(['tag']);
    expect(await its.operation('tag')).toMatchObject({ phase: 'planned', receipts: [{}] });
    expect((await people.run()).approvalRequests).toHaveLength(1);
    await people.says('bob');
    await its.ask(['tag']);
    expect(await its.operation('tag')).toMatchObject({ phase: 'authorized', receipts: [{}, {}] });
  });

  it('O2: given who said no orders a redrive, then their no still counts', async () => {
    its.policy.current = wantingApprovals(1);
    await fail();
    await people.says('alice', { verdict: 'deny', reason: 'not like this' });
    await redrive();
    await people.says('bob');
    await its.ask(['tag']);
    const { phase, receipts, advised } = await its.operation('tag');
    expect([phase, receipts.length]).toEqual(['advised', 1]);
    expect(advised?.data.advisory.reasons).toMatchObject([{ code: 'approval_denied' }]);
  });

  it('given an order to revoke the receipt of before the redrive, then it does not reach the new one', async () => {
    const first = await its.receipt('tag');
    await fail();
    await redrive();
    await its.ask(['tag']);
    const state = await its.operation('tag');
    expect(receiptToRevoke(state, first?.receipt_id ?? '')).toBeUndefined();
    expect(receiptToRevoke(state, state.receipts.at(-1)?.receipt_id ?? '')).toBe(state.receipts.at(-1));
  });
});

describe('F4: an operation that the planner says was redriven', () => {
  const worthless: readonly [name: string, say: () => Promise<void>][] = [
    ['by an order that does not stand in the run', () => redrive(order(), newUlid())],
    [
      'by an order for another operation',
      () => redrive(order({ action: { kind: 'redrive', run_id: runId, operations: ['other'] } })),
    ],
    [
      'by an order for another run',
      () =>
        redrive(order({ action: { kind: 'redrive', run_id: `run_${'b'.repeat(26)}`, operations: 'all' } })),
    ],
    ['by an order of another kind', () => redrive(order({ action: { kind: 'freeze', scopes: ['all'] } }))],
    ['by an order whose signature is not right', () => redrive({ ...order(), reason: 'changed' })],
    [
      'by an order that had run out when it was carried',
      () => {
        const at = (ms: number) => new Date(its.engine.clock.nowMs() + ms).toISOString();
        return redrive(order({ issued_at: at(-600_000), expires_at: at(-1) }));
      },
    ],
  ];

  it.each(worthless)('given it is %s, then it gets no receipt', async (_, say) => {
    await fail();
    await say();
    await its.ask(['tag']);
    const { phase, receipts, advised } = await its.operation('tag');
    expect([phase, receipts.length]).toEqual(['advised', 1]);
    expect(advised?.data.advisory.reasons).toMatchObject([{ code: 'redrive_not_ordered' }]);
  });

  const used = [expect.objectContaining({ message: expect.stringContaining('the order has been used') })];

  it('R3: given the same order is obeyed a second time in its run, however much later, then it gets no second receipt', async () => {
    await fail();
    const command = order();
    await redrive(command);
    await its.ask(['tag']);
    expect(await its.operation('tag')).toMatchObject({ phase: 'authorized', receipts: [{}, {}] });
    await failAlone();
    its.engine.clock.step(20 * 86_400_000);
    await sayRedriven(command.command_id);
    await its.ask(['tag']);
    const { phase, receipts, advised } = await its.operation('tag');
    expect([phase, receipts.length]).toEqual(['advised', 2]);
    expect(advised?.data.advisory.reasons).toEqual(used);
  });

  it('R3: given the same order is carried again to the run after its next end, then it gets nothing, nor does what it did not open before', async () => {
    await fail();
    const command = order();
    await redrive(command, newUlid());
    await its.ask(['tag']);
    expect((await its.operation('tag')).phase).toBe('advised');
    await end();
    // Never obeyed in this operation; the run had it before.
    await redrive(command);
    await its.ask(['tag']);
    const { phase, receipts, advised } = await its.operation('tag');
    expect([phase, receipts.length]).toEqual(['advised', 1]);
    expect(advised?.data.advisory.reasons).toEqual(used);
  });

  it('given there was no order at all, then its ended run gives it nothing', async () => {
    await fail();
    await sayRedriven(newUlid());
    await its.ask(['tag']);
    expect(foldRun(await its.engine.events(runStream(runId))).status).toBe('completed');
    expect(await its.operation('tag')).toMatchObject({ phase: 'planned', receipts: [{}] });
  });
});
