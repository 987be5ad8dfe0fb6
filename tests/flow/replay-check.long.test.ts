import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { armFault } from '../support/simulated-github.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

/** Releases take one person’s yes; tags none. */
const policy = `
@id("one-person")
@reason("A release is approved by somebody.")
@remedy("Ask an approver.")
@approvals("1")
forbid (principal, action == Action::"publish_release", resource)
unless { context.approval_count >= 1 };
`;

interface Step {
  readonly verdict: string;
  readonly said: readonly { readonly type: string }[];
  readonly notes: readonly string[];
}

describe('what people and federation said, decided again', () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;
  beforeAll(async () => {
    the = await temporarySystem();
    marketops = commandsOf(the.system);
    writeFileSync(join(the.system.dir, 'policies', 'one-person.cedar'), policy);
    mkdirSync(join(the.system.dir, 'releases'), { recursive: true });
    for (const name of ['alice', 'bob']) expect((await marketops('approver', 'add', name)).code).toBe(0);
    // A changed folder is taken into force by itself; a plan of before it would need nobody.
    await the.client.until('the policies are in force', async () => {
      const events = await the.client.systemEvents();
      const last = events.findLast(({ type }) => type === 'policy.loaded');
      return last?.type === 'policy.loaded' && last.data.policies > firstPolicies;
    });
  });
  afterAll(() => the.close());
  /** As `init` writes them. */
  const firstPolicies = 4;

  const submitted = async (tag: string): Promise<string> => {
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release(tag)] }]);
    return runId;
  };
  const asked = (runId: string) =>
    the.client.until(
      'somebody is asked',
      async () => (await the.client.run(runId)).approvalRequests.length > 0,
    );
  const said = async (...args: readonly string[]) => {
    const answer = await marketops(...args);
    expect(answer.code, JSON.stringify(answer.said)).toBe(0);
  };

  /** Types of events → what deciding them again came to. */
  async function verdicts(runId: string): Promise<Readonly<Record<string, string>>> {
    await the.client.ended([runId]);
    const answer = await marketops('replay', runId, '--check');
    const steps = answer.said['steps'] as readonly Step[];
    expect(steps.filter(({ verdict }) => verdict === 'diverges')).toEqual([]);
    expect(answer.code).toBe(0);
    return Object.fromEntries(steps.flatMap((step) => step.said.map(({ type }) => [type, step.verdict])));
  }

  it('F2, O2: given a yes, a freeze meanwhile, and its end, then who was asked, what counted and the mint agree', async () => {
    const runId = await submitted('v1.0.0');
    await asked(runId);
    await said('freeze', '--reason', 'an incident', '--as', 'alice');
    await said('approve', runId, '--as', 'alice', '--yes');
    await said('unfreeze', '--reason', 'it is over', '--as', 'bob');
    expect(await verdicts(runId)).toMatchObject({
      ...{ 'approval.requested': 'agrees', 'approval.granted': 'input', 'approval.counted': 'agrees' },
      ...{ 'receipt.issued': 'agrees', 'operation.started': 'partly', 'run.completed': 'agrees' },
    });
  });

  it('F5: given a no, then the advisory agrees', async () => {
    const runId = await submitted('v1.1.0');
    await asked(runId);
    await said('deny', runId, '--as', 'bob', '--reason', 'not today', '--yes');
    expect(await verdicts(runId)).toMatchObject({ 'approval.denied': 'input', 'receipt.advised': 'agrees' });
  });

  it('given a cancel, then what was skipped for it agrees', async () => {
    const runId = await submitted('v1.2.0');
    await asked(runId);
    expect((await marketops('cancel', runId, '--reason', 'never mind')).code).toBe(0);
    expect(await verdicts(runId)).toMatchObject({
      ...{ 'run.cancel_requested': 'input', 'operation.skipped': 'agrees', 'run.completed': 'agrees' },
    });
  });

  it('given a receipt is revoked before it is used, then the order is weighed again, and agrees', async () => {
    await the.system.kill('publisher');
    const runId = await submitted('v1.3.0');
    await asked(runId);
    await said('approve', runId, '--as', 'alice', '--yes');
    await the.client.until('there is a receipt', async () => {
      const { receipts } = await the.client.operation(runId, 'release');
      return receipts.length > 0;
    });
    const [receipt] = (await the.client.operation(runId, 'release')).receipts;
    await said(
      'receipt',
      'revoke',
      receipt?.receipt_id ?? '',
      '--reason',
      'wrong commit',
      '--as',
      'bob',
      '--yes',
    );
    expect(await verdicts(runId)).toMatchObject({
      'receipt.revoked': 'agrees',
      'operation.skipped': 'agrees',
    });
    await the.system.restart('publisher');
  });

  it('R3: given a failure and a redrive, then the order, what it opened and the new receipt agree', async () => {
    writeFileSync(join(the.system.dir, 'releases', 'widgets.tgz'), Buffer.alloc(1_000, 7));
    const { url } = the.system;
    await armFault(url, { kind: 'redirect_307', method: 'PATCH', location: `${url}/elsewhere` });
    const operations = [{ ...release('v1.4.0'), assets: [{ path: 'widgets.tgz' }] }];
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations }]);
    await asked(runId);
    await said('approve', runId, '--as', 'alice', '--yes');
    await the.client.ended([runId]);
    await said('redrive', runId, '--reason', 'GitHub is well', '--as', 'bob', '--wait', '--yes');
    expect(await verdicts(runId)).toMatchObject({
      ...{ 'run.redriven': 'input', 'redrive.taken': 'agrees', 'operation.redriven': 'agrees' },
      ...{ 'receipt.issued': 'agrees', 'operation.failed': 'undecided' },
    });
  });
});
