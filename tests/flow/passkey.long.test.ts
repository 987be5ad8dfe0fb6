import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Approval, runStream } from '@marketops/contracts';
import { authorizationJob, loadConfig } from '@marketops/engine';
import {
  approvalClaims,
  type Carriage,
  carryOne,
  carryToRun,
  liveOf,
  openRuns,
  type RunRecord,
  shownPlan,
  systemAudience,
} from '@marketops/operator';
import { encodePasskeyListing } from '@marketops/proof';
import { softAuthenticator } from '@marketops/proof/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, commandsOf } from '../support/command.js';
import { release } from '../support/requests.js';
import { type TemporarySystem, temporarySystem } from '../support/temporary-system.js';

const policy = `
@id("one-person")
@reason("A release is approved by a release manager.")
@remedy("Ask one.")
@approvals("1")
@approver_group("release-managers")
forbid (principal, action == Action::"publish_release", resource)
unless { context.approvals.contains("release-managers:1") };
`;
const doras = softAuthenticator({ principal: 'dora' });

async function asTheConsole(the: Carriage, record: RunRecord, approval: Approval): Promise<void> {
  const event = { type: 'approval.granted', data: { approval } } as const;
  await carryToRun(the, record, { sort: 'approval', id: approval.approval_id, event });
}

/** Whoever has taken the console over asks nobody before they append. */
async function asAnybodyWithItsKey(the: Carriage, record: RunRecord, approval: Approval): Promise<void> {
  const { runId, run } = record;
  await carryOne(the, {
    stream: runStream(runId),
    context: { tenantId: run.tenantId, runId, mode: run.mode, causationId: null, correlationId: runId },
    events: [{ type: 'approval.granted', data: { approval } }],
    jobs: [authorizationJob(runId, `approval-${approval.approval_id}`)],
  });
}

describe('a release approved with a passkey, in a whole system', () => {
  let the: TemporarySystem;
  let marketops: (...args: readonly string[]) => Promise<Answer>;
  let keyId = '';
  beforeAll(async () => {
    the = await temporarySystem();
    marketops = commandsOf(the.system);
    writeFileSync(join(the.system.dir, 'policies', 'one-person.cedar'), policy);
    const { principal, algorithm, public_key, credential_id, rp_id, origins } = doras.passkey;
    const line = encodePasskeyListing({
      ...{ version: 1, principal, algorithm, public_key, credential_id, rp_id, origins },
    });
    const added = await marketops(
      'approver',
      'add',
      'dora',
      '--passkey',
      line,
      '--group',
      'release-managers',
    );
    expect(added.code).toBe(0);
    keyId = String(added.said['key_id']);
    await the.client.until('the policies are in force', async () => {
      const last = (await the.client.systemEvents()).findLast(({ type }) => type === 'policy.loaded');
      // One more than `init` writes.
      return last?.type === 'policy.loaded' && last.data.policies > 4;
    });
  });
  afterAll(() => the.close());

  /** What dora’s authenticator signs for this run, as a page of the console would ask for it; and what carries it. */
  async function carry(
    runId: string,
    change: (signed: Approval) => Approval = (signed) => signed,
    by: typeof asTheConsole = asTheConsole,
  ): Promise<void> {
    const env = { PATH: process.env['PATH'] ?? '', HOME: join(the.system.dir, 'home') };
    const loaded = loadConfig(the.system.configPath, env);
    const runs = await openRuns(loaded, env);
    try {
      const shown = shownPlan(await runs.read(runId));
      const claims = approvalClaims(shown, {
        ...{ verdict: 'grant', operations: 'all', withdraws: null, approver: 'dora', keyId, reason: null },
        ...{ audience: systemAudience(loaded, env), nowMs: Date.now(), expiresMs: 3_600_000 },
      });
      const approval = change(doras.approve(claims));
      await by({ loaded, env, live: liveOf(runs) }, shown.record, approval);
    } finally {
      await runs.close();
    }
  }

  it('F2, F3: given her authenticator signs the plan, then it ships, is decided the same again, and verifies', async () => {
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release('v1.0.0')] }]);
    const run = () => the.client.run(runId);
    await the.client.until('somebody is asked', async () => (await run()).approvalRequests.length > 0);
    await carry(runId);
    await the.client.ended([runId]);
    expect((await run()).completed?.data).toMatchObject({ status: 'completed', succeeded: 1 });
    const again = await marketops('replay', runId, '--check');
    expect(again.code, JSON.stringify(again.said)).toBe(0);
    const verified = await marketops('verify');
    expect(verified.code, JSON.stringify(verified.said)).toBe(0);
  });

  it('F3: given the console carries one that she did not sign, then nothing is minted, and a stranger finds it in the log', async () => {
    const [runId = ''] = await the.client.submit([{ mode: 'prod', operations: [release('v2.0.0')] }]);
    const run = () => the.client.run(runId);
    await the.client.until('somebody is asked', async () => (await run()).approvalRequests.length > 0);
    const { approvals } = await run();
    const altered = (signed: Approval): Approval => ({ ...signed, reason: 'not her words' });
    await expect(carry(runId, altered)).rejects.toMatchObject({ code: 'signature_refused' });
    await carry(runId, altered, asAnybodyWithItsKey);
    await the.client.until('it is carried', async () => (await run()).approvals.length > approvals.length);
    await marketops('cancel', runId, '--reason', 'enough');
    await the.client.ended([runId]);
    expect((await run()).completed?.data).toMatchObject({ status: 'cancelled', succeeded: 0 });
    const verified = await marketops('verify');
    expect(verified.code).not.toBe(0);
    expect(JSON.stringify(verified.said)).toContain('approval_forged');
  });
});
