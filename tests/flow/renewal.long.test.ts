import { queueNames } from '@marketops/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { allReleases } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const shipped = async ({ system }: TemporarySystem, tag: string) =>
  (await allReleases(system.url)).filter(({ tag_name: name }) => name === tag);

/** A run whose receipt waits for a publisher that is down. */
async function waitingRun({ client }: TemporarySystem, tag: string): Promise<string> {
  const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release(tag)] }]);
  await client.until('a receipt', async () => (await client.operation(runId, 'release')).receipts.length > 0);
  return runId;
}

describe('a receipt that nobody uses in time', () => {
  let the: TemporarySystem;
  beforeAll(async () => {
    the = await temporarySystem({ config: { timing: { receipt_ttl_ms: 2_000 } } });
  });
  afterAll(() => the.close());

  it('R3: given a publisher that is down, then the receipt that expires meanwhile is renewed when it returns, one live at a time, and ships exactly once', async () => {
    const { client, system } = the;
    const marketops = commandsOf(system);
    await system.kill('publisher');
    const runId = await waitingRun(the, 'v1.0.0');
    const [first] = (await client.operation(runId, 'release')).receipts;
    const expiresMs = Date.parse(first?.expires_at ?? '');
    await client.until('its expiry', () => Promise.resolve(Date.now() >= expiresMs));
    expect((await marketops('receipt', 'show', first?.receipt_id ?? '')).said).toMatchObject({
      state: 'expired',
      lifecycle: { consumed: null, expired: null },
    });

    await system.restart('publisher');
    await client.ended([runId]);
    const state = await client.operation(runId, 'release');
    const [, second] = state.receipts;
    expect(second?.supersedes).toBe(first?.receipt_id);
    expect((second?.issued_at ?? '') >= (first?.expires_at ?? '~')).toBe(true);
    const superseded = await marketops('receipt', 'show', first?.receipt_id ?? '');
    expect(superseded.said).toMatchObject({
      state: 'superseded',
      signature: { verdict: 'holds' },
      lifecycle: {
        superseded_by: second?.receipt_id,
        consumed: null,
        expired: { reason: { code: 'receipt_expired' } },
      },
    });
    const checks = superseded.said['checks'] as readonly { readonly asked: readonly object[] }[];
    expect(checks[9]).toMatchObject({ check: 'unexpired', now: { verdict: 'fails' } });
    expect(checks[9]?.asked).toContainEqual(expect.objectContaining({ answer: 'refused', claimed: true }));
    expect(state.phase).toBe('succeeded');
    expect(state.started?.data.receipt_id).toBe(state.receipts.at(-1)?.receipt_id);
    expect(await shipped(the, 'v1.0.0')).toHaveLength(1);

    const { said } = await marketops('receipts', '--run', runId);
    const listed = said['receipts'] as readonly { readonly state: string }[];
    expect(listed.map((one) => one.state)).toEqual([
      ...state.receipts.slice(1).map(() => 'superseded'),
      'consumed',
    ]);
    expect((await marketops('receipts', '--state', 'issued')).said['receipts']).toEqual([]);
  }, 120_000);
});

describe('a receipt that an operator revokes', () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;
  beforeAll(async () => {
    the = await temporarySystem();
    marketops = commandsOf(the.system);
    expect((await marketops('approver', 'add', 'alice')).code).toBe(0);
  });
  afterAll(() => the.close());

  it('O1: given a receipt revoked before its use, then it never ships, and its operation ends skipped', async () => {
    const { client, system } = the;
    await system.kill('publisher');
    const runId = await waitingRun(the, 'v2.0.0');
    const [receipt] = (await client.operation(runId, 'release')).receipts;
    const id = receipt?.receipt_id ?? '';
    const live = await marketops('receipt', 'show', id);
    expect(live).toMatchObject({ code: 0, said: { state: 'issued' } });
    const checks = live.said['checks'] as readonly { readonly now: { readonly verdict: string } }[];
    expect(checks.map(({ now }) => now.verdict)).toEqual(Array.from({ length: 12 }, () => 'holds'));

    const revoked = await marketops('receipt', 'revoke', id, '--reason', 'wrong commit', '--yes');
    expect(revoked).toMatchObject({
      code: 0,
      said: { receipt_id: id, state: 'revoked', revocation: 'done', revoked_by: 'alice' },
    });
    await client.ended([runId]);
    const skipped = await client.operation(runId, 'release');
    expect(skipped).toMatchObject({
      phase: 'skipped',
      skipped: { data: { reason: { code: 'receipt_revoked' } } },
    });

    // The job that waits for the publisher holds the receipt, genuine and unexpired: it must come to nothing.
    await system.restart('publisher');
    await client.forge(
      queueNames.publications('acme'),
      'receipt.issued',
      { run_id: runId, operation_id: 'release', operation_kind: 'publish_release', mode: 'prod', receipt },
      { jobId: 'presented-again' },
    );
    const refusals = async () =>
      (await client.systemEvents()).flatMap((event) =>
        event.type === 'gate.refused' && event.data.claimed_receipt_id === id ? [event.data.check] : [],
      );
    await client.until('a refusal', async () => (await refusals()).length > 0);
    expect(new Set(await refusals())).toEqual(new Set(['unconsumed']));
    expect(await shipped(the, 'v2.0.0')).toEqual([]);
    const shown = await marketops('receipt', 'show', id);
    expect(shown.said).toMatchObject({
      state: 'revoked',
      lifecycle: { revoked: { principal: 'alice', reason: 'wrong commit' }, consumed: null },
    });
    expect((shown.said['checks'] as readonly object[])[8]).toMatchObject({
      check: 'unconsumed',
      asked: [{ answer: 'refused', claimed: true }],
      now: { verdict: 'fails' },
    });
  }, 120_000);

  it('given a receipt that has been used, then revoking it says so and changes nothing', async () => {
    const { client } = the;
    const [runId = ''] = await client.submit([{ mode: 'prod', operations: [release('v2.1.0')] }]);
    await client.ended([runId]);
    const before = await client.operation(runId, 'release');
    const id = before.receipts[0]?.receipt_id ?? '';
    const revoked = await marketops('receipt', 'revoke', id, '--reason', 'too late', '--yes');
    expect(revoked).toMatchObject({ code: 4, said: { state: 'consumed', revocation: 'too_late' } });
    expect(await client.operation(runId, 'release')).toEqual(before);
    expect(await shipped(the, 'v2.1.0')).toHaveLength(1);
  }, 60_000);

  it('given pages of one receipt, then every receipt comes once, the newest run first', async () => {
    const all = (await marketops('receipts')).said['receipts'] as readonly { readonly receipt_id: string }[];
    expect(all.length).toBeGreaterThan(1);
    const paged: string[] = [];
    for (let after: unknown; after !== null; ) {
      const more = after === undefined ? [] : ['--after', String(after)];
      const { said } = await marketops('receipts', '--limit', '1', ...more);
      for (const { receipt_id: id } of said['receipts'] as typeof all) paged.push(id);
      after = said['next'];
    }
    expect(paged).toEqual(all.map(({ receipt_id: id }) => id));
    const none = await marketops('receipts', '--repository', 'acme/website');
    expect(none).toMatchObject({ code: 0, said: { receipts: [], next: null } });
    expect(await marketops('receipt', 'show', `rcp_${'0'.repeat(26)}`)).toMatchObject({
      code: 3,
      said: { error: { code: 'receipt_not_found' } },
    });
  }, 120_000);
});
