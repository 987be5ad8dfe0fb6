import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getIssuanceAudit, getIssuedReceipts } from './issuance.js';
import { type Harness, openHarness, receiptTtlMs } from './testing/harness.js';
import { runId, tagOf } from './testing/plan.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
});
afterEach(() => its.engine.close());

const denied = tagOf('b', { repository: { id: 9, owner: 'rival', name: 'secret' } });

describe('the issuance audit', () => {
  it('P6: all issuances audited, refusals included, in order, each with where it stands', async () => {
    await its.plan([tagOf('a'), denied, tagOf('c')]);
    await its.ask();
    const audit = await getIssuanceAudit(its.engine.reader, runId, ['a', 'b', 'c', 'unknown']);
    expect(audit.map(({ operation_id, enforceable, seq }) => [operation_id, enforceable, seq])).toEqual([
      ['a', true, 3],
      ['b', false, 2],
      ['c', true, 3],
    ]);
    for (const { time, answer } of audit) expect(answer.issued_at).toBe(time);
  });

  it('P6: given a receipt has expired and been replaced, then both are in the audit, and the second names the first', async () => {
    await its.plan([tagOf('a')]);
    await its.ask();
    const first = await its.receipt('a');
    its.engine.clock.step(receiptTtlMs);
    await its.ask();
    const second = await its.receipt('a');
    expect(await getIssuedReceipts(its.engine.reader, runId, ['a'])).toEqual([first, second]);
    expect(second?.supersedes).toBe(first?.receipt_id);
  });

  it('F5: given advisories only, then there are no issued receipts', async () => {
    await its.plan([denied]);
    await its.ask();
    expect(await getIssuedReceipts(its.engine.reader, runId, ['b'])).toEqual([]);
    expect(await getIssuanceAudit(its.engine.reader, runId, ['b'])).toHaveLength(1);
  });
});
