import type { Approval, ApprovalClaims } from '@marketops/contracts';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { softAuthenticator } from '@marketops/proof/test-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness } from './testing/harness.js';
import { hearingOf, type Voices, wantingApprovals } from './testing/hearing.js';
import { tagOf } from './testing/plan.js';

const dora = softAuthenticator({ key_id: 'dora-passkey', principal: 'dora' });
let its: Harness;
let people: Voices;
beforeEach(async () => {
  its = await openHarness({ policy: wantingApprovals(1, 'release-managers') });
  people = hearingOf(its);
  trusting({});
  await its.plan([tagOf()]);
});
afterEach(() => its.engine.close());

/** The keyring, with dora’s passkey as this says. */
function trusting(over: Partial<typeof dora.passkey>): void {
  const keys = [...its.engine.keys.published.keys, { ...dora.passkey, ...over }];
  its.trust(openKeyring(nodeCrypto, { ...its.engine.keys.published, keys }));
}
/** What alice would sign, signed by dora’s passkey. */
async function doraSigns(over: Partial<ApprovalClaims> = {}): Promise<Approval> {
  const { signature: _signature, ...claims } = await people.signs('alice', {
    ...{ approver: 'dora', key_id: 'dora-passkey', ...over },
  });
  return dora.approve(claims);
}
const then = async () => {
  await its.ask(['tag']);
  return (await its.operation('tag')).phase;
};

describe('an approval by passkey, weighed at the mint', () => {
  it('F2: given one of the group approves with a passkey, then the receipt is minted, and another run’s yes mints none', async () => {
    await people.carry(await doraSigns({ run_id: `run_${'c'.repeat(26)}` }));
    expect(await then()).toBe('planned');
    await people.carry(await doraSigns());
    expect(await then()).toBe('authorized');
  });

  it('F3: given its assertion was made for another plan, then it counts for nothing', async () => {
    const { signature, assertion } = await doraSigns({ plan_digest: 'b'.repeat(64) });
    const yes = await doraSigns();
    await people.carry({ ...yes, signature, ...(assertion === undefined ? {} : { assertion }) });
    expect(await then()).toBe('planned');
  });

  it('F3: given the keyring lists other pages for the passkey by then, or it was revoked, then it counts for nothing', async () => {
    await people.carry(await doraSigns());
    trusting({ origins: ['https://ops.console.test'] });
    expect(await then()).toBe('planned');
    trusting({ revoked_at: new Date(its.engine.clock.nowMs() - 1).toISOString() });
    expect(await then()).toBe('planned');
    trusting({});
    expect(await then()).toBe('authorized');
  });

  it('given it was withdrawn with the passkey, then it counts for nothing', async () => {
    const yes = await doraSigns();
    await people.carry(yes);
    its.engine.clock.step(1);
    await people.carry(await doraSigns({ verdict: 'withdraw', withdraws: yes.approval_id }));
    expect(await then()).toBe('planned');
  });
});
