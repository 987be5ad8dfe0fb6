import { runStream } from '@marketops/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness } from './testing/harness.js';
import { hearingOf, type Voices, wantingApprovals } from './testing/hearing.js';
import { runId, tagOf } from './testing/plan.js';

let its: Harness;
let people: Voices;
beforeEach(async () => {
  its = await openHarness({ policy: wantingApprovals(1) });
  people = hearingOf(its);
});
afterEach(() => its.engine.close());

const run = () => its.engine.events(runStream(runId));
const counted = async () => (await run()).filter(({ type }) => type === 'approval.counted');
const approved = async (...ids: string[]) => {
  await its.plan(ids.map((id) => tagOf(id)));
  await its.ask();
  await people.says('alice');
};

describe('a mint that rests on what was said', () => {
  it('E3: given the ledger vouches for it, then what counted is said first, and the ledger was asked for all before it', async () => {
    await approved('a', 'b');
    await its.ask();
    const [said, ...more] = await counted();
    expect(more).toEqual([]);
    expect(said).toMatchObject({ actor: 'federation', data: { operation_ids: ['a', 'b'] } });
    const [view] = await its.engine.reader.read([runStream(runId)]);
    expect(its.ledger.asked).toEqual([
      {
        stream: runStream(runId),
        seq: said?.seq,
        digest: view?.digests[(said?.seq ?? 0) - 1],
        eventId: said?.id,
      },
    ]);
    for (const id of ['a', 'b']) expect((await its.operation(id)).phase).toBe('authorized');
  });

  it('E3: given it does not vouch, then nothing is minted, nothing is said twice, and all is well when it does', async () => {
    await approved('tag');
    its.ledger.vouches = false;
    for (let time = 0; time < 3; time += 1)
      await expect(its.ask()).rejects.toMatchObject({ code: 'held', retry: 'hold' });
    expect(await counted()).toHaveLength(1);
    expect((await its.operation('tag')).receipts).toEqual([]);
    its.ledger.vouches = true;
    await its.ask();
    expect(await counted()).toHaveLength(1);
    expect((await its.operation('tag')).phase).toBe('authorized');
  });

  it('E3: given more was said meanwhile, then that counts, and it is vouched for anew', async () => {
    await approved('tag');
    its.ledger.vouches = false;
    await expect(its.ask()).rejects.toMatchObject({ code: 'held' });
    await people.says('alice', { verdict: 'deny', reason: 'wrong commit' });
    its.ledger.vouches = true;
    await its.ask();
    expect((await its.operation('tag')).receipts).toEqual([]);
    expect((await its.advisory('tag'))?.reasons[0]?.code).toBe('approval_denied');
  });

  it('given policies that weigh nothing that is said, then nobody is asked', async () => {
    const plain = await openHarness();
    await plain.plan([tagOf()]);
    await plain.ask();
    expect((await plain.operation('tag')).phase).toBe('authorized');
    expect(plain.ledger.asked).toEqual([]);
    expect((await plain.engine.events(runStream(runId))).map(({ type }) => type)).toEqual([
      'plan.requested',
      'plan.generated',
    ]);
    plain.engine.close();
  });
});
