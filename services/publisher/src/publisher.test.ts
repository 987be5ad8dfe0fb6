import { operationStream, type PublicationPlan, runStream } from '@marketops/contracts';
import { GitHubError } from '@marketops/github';
import { afterEach, describe, expect, it } from 'vitest';
import { ReceiptValidationError } from './errors.js';
import { planDigest, runId, sharedAuthority } from './testing/gate-fixture.js';
import { releaseOperation } from './testing/operations.js';
import { type StubGitHub, stubGitHub } from './testing/stub-github.js';
import { openWorld, type World } from './testing/world.js';

let world: World;
async function open(): Promise<StubGitHub> {
  const stub = stubGitHub();
  world = await openWorld({ github: stub.github });
  return stub;
}
afterEach(() => world.close());

const requestFor = (receipt: { readonly operation_id: string }, changes = {}) => ({
  ...{ run_id: runId, operation_id: receipt.operation_id, mode: 'prod', receipt: receipt as never },
  ...changes,
});

/** The run's plan, with these operations in it. */
async function planRun(operationIds: readonly string[]): Promise<void> {
  const operations: PublicationPlan['operations'] = operationIds.map((operation_id) => ({
    ...{
      operation_id,
      kind: 'publish_release',
      repository: 'acme/widgets',
      operation_digest: 'a'.repeat(64),
    },
    ...{ depends_on: [], blocked_by_mode: false, would_ship: true, reasons: [], missing_prerequisites: [] },
  }));
  const plan: PublicationPlan = {
    ...{ version: 1, run_id: runId, tenant_id: 'acme', principal: 'ci', mode: 'prod' },
    ...{ request_digest: 'b'.repeat(64), operations },
  };
  const counts = { operations: operations.length, would_ship: operations.length, would_not_ship: 0 };
  await world.append('planner', runStream(runId), [
    {
      type: 'plan.generated',
      data: { plan_digest: planDigest, plan: { inline: plan }, ...counts, facts_digest: 'c'.repeat(64) },
    },
  ]);
}

describe('the publisher as a library', () => {
  it('publishRelease: the complete flow, answered with its audit record', async () => {
    const stub = await open();
    const receipt = await world.authorize(releaseOperation());
    const audit = await world.publisher.publishRelease(requestFor(receipt));
    expect(audit).toMatchObject({ status: 'success', receipt_id: receipt.receipt_id });
    expect(stub.releases).toHaveLength(1);
  });

  it.each(['publishRelease', 'tagRepo', 'openPr', 'attachReleaseAsset'] as const)(
    '%s: requires a receipt',
    async (operation) => {
      const stub = await open();
      const call = world.publisher[operation]({
        run_id: runId,
        operation_id: 'release',
        mode: 'prod',
        receipt: null,
      });
      await expect(call).rejects.toBeInstanceOf(ReceiptValidationError);
      await expect(call).rejects.toMatchObject({ check: 'presence', code: 'receipt_refused' });
      expect(stub.writes).toEqual([]);
    },
  );

  it.each(['tagRepo', 'openPr', 'attachReleaseAsset'] as const)(
    '%s: operation_kind must match the receipt’s',
    async (operation) => {
      await open();
      const receipt = await world.authorize(releaseOperation());
      await expect(world.publisher[operation](requestFor(receipt))).rejects.toMatchObject({
        check: 'kind_binding',
      });
    },
  );

  it('advisory receipts refused', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation());
    const advisory = sharedAuthority.advise(receipt);
    const call = world.publisher.publishRelease(requestFor(receipt, { receipt: advisory }));
    await expect(call).rejects.toMatchObject({ check: 'enforceable' });
  });

  it('mode must be exactly prod', async () => {
    await open();
    const receipt = await world.authorize(releaseOperation());
    const call = world.publisher.publishRelease(requestFor(receipt, { mode: 'dry_run' }));
    await expect(call).rejects.toMatchObject({ check: 'mode' });
  });

  it('a consumed receipt cannot be reused', async () => {
    const stub = await open();
    const receipt = await world.authorize(releaseOperation());
    await world.publisher.publishRelease(requestFor(receipt));
    const again = world.publisher.publishRelease(requestFor(receipt));
    await expect(again).rejects.toMatchObject({ check: 'unconsumed', reason: { code: 'receipt_consumed' } });
    expect(stub.releases).toHaveLength(1);
  });

  it('several operations tracked: successes, failures and refusals in the order of the plan', async () => {
    const stub = await open();
    const ids = ['first', 'second', 'third', 'fourth'];
    await planRun(ids);
    const [first, second, third] = await Promise.all(
      ids.map((operation_id, at) =>
        world.authorize(
          releaseOperation({ operation_id, tag_name: `v${at}` }),
          operation_id === 'third' ? { expires_at: '2026-02-05T12:00:00.000Z' } : {},
        ),
      ),
    );
    await world.publisher.publishRelease(requestFor(first ?? { operation_id: '' }));
    stub.onWrite = () => {
      throw new GitHubError('forbidden', 'no permission', { status: 403 });
    };
    await world.publisher.publishRelease(requestFor(second ?? { operation_id: '' }));
    const stale = world.publisher.publishRelease(requestFor(third ?? { operation_id: '' }));
    await expect(stale).rejects.toMatchObject({ check: 'fresh' });

    expect(await world.publisher.getAuditTrail(runId)).toMatchObject([
      { operation_id: 'first', status: 'success', receipt_id: first?.receipt_id },
      { operation_id: 'second', status: 'failed', receipt_id: second?.receipt_id, error_code: 'forbidden' },
      { operation_id: 'third', status: 'rejected_by_auth', receipt_id: third?.receipt_id },
    ]);
    expect(await world.publisher.getConsumedReceipts(runId)).toMatchObject([
      { operation_id: 'first', receipt_id: first?.receipt_id },
      { operation_id: 'second', receipt_id: second?.receipt_id },
    ]);
    expect(await world.types('fourth')).toEqual(['operation.planned', 'receipt.issued']);
  });

  it('P6: an unknown run has an empty trail; every record of a known one carries its receipt', async () => {
    await open();
    expect(await world.publisher.getAuditTrail(runId)).toEqual([]);
    await planRun(['release']);
    const receipt = await world.authorize(releaseOperation());
    await world.publisher.publishRelease(requestFor(receipt));
    const events = await world.events(operationStream(runId, 'release'));
    const records = await world.publisher.getAuditTrail(runId);
    expect(records).toHaveLength(1);
    expect(records.every(({ receipt_id }) => receipt_id === receipt.receipt_id)).toBe(true);
    expect(events.every(({ run_id, mode }) => run_id === runId && mode === 'prod')).toBe(true);
  });
});
