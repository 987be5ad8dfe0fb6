import { foldOperation, foldRun, operationStream, type PublicKey, runStream } from '@marketops/contracts';
import { openPolicies } from '@marketops/policy';
import { digestOf, openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness } from './testing/harness.js';
import { hearingOf, type Voices, wantingApprovals, wantingEvidence } from './testing/hearing.js';
import { runId, sayDone, tagOf } from './testing/plan.js';

let its: Harness;
let people: Voices;
/** What happens while the mint signs. */
const signing: { during: () => Promise<void> } = { during: async () => undefined };
beforeEach(async () => {
  signing.during = async () => undefined;
  its = await openHarness({
    policy: wantingApprovals(2),
    signer: ({ keyId, sign }) => ({
      keyId,
      sign: async (bytes) => {
        await signing.during();
        return sign(bytes);
      },
    }),
  });
  people = hearingOf(its);
});
afterEach(() => its.engine.close());

const plan = async () => {
  const { plan: contained } = (await people.run()).planned?.data ?? expect.fail('no plan');
  return 'inline' in contained ? contained.inline : expect.fail('a blob');
};
const otherRun = `run_${'c'.repeat(26)}`;
const dayMs = 24 * 3_600_000;
const phase = async (id = 'tag') => (await its.operation(id)).phase;
const requests = async () => (await people.run()).approvalRequests.map(({ data }) => data);
const reasons = async (id = 'tag') => (await its.advisory(id))?.reasons.map(({ code }) => code);
/** Asks federation, and answers where the operation stands then. */
const then = async () => {
  await its.ask(['tag']);
  return phase();
};
const iso = (ms: number) => new Date(ms).toISOString();
const inMs = (ms: number) => iso(its.engine.clock.nowMs() + ms);

describe('an operation that people have to approve', () => {
  it('F2: given nobody has said anything, then people are asked, once, and it waits', async () => {
    await its.plan([tagOf()]);
    for (let time = 0; time < 3; time += 1) expect(await then()).toBe('planned');
    expect(await requests()).toEqual([
      {
        request_id: expect.any(String),
        plan_digest: (await people.run()).planned?.data.plan_digest,
        operation_ids: ['tag'],
        needs: [{ policy_id: 'people', approvals: 2, group: null }],
        reasons: [
          expect.objectContaining({ code: 'policy_forbids' }),
          expect.objectContaining({ code: 'approval_required' }),
        ],
        expires_at: inMs(dayMs),
      },
    ]);
    expect(its.engine.jobs).toEqual([]);
  });

  it('F2: given two have approved, then it has its receipt, which names what it rests on', async () => {
    await its.plan([tagOf()]);
    await its.ask();
    const alice = await people.says('alice');
    expect(await then()).toBe('planned');
    const bob = await people.says('bob', { operations: ['tag'] });
    expect(await then()).toBe('authorized');
    const { principal, request_digest } = await plan();
    const digests = [alice, bob].map((approval) => digestOf(nodeCrypto, approval));
    expect((await its.receipt('tag'))?.evidence_digest).toBe(
      digestOf(nodeCrypto, {
        ...{ approvals: digests, denials: [], evidence: [] },
        ...{ principal, request_digest },
      }),
    );
  });

  it('given one hundred and twenty operations, then there are two requests, and what is asked later joins none of them', async () => {
    const ids = Array.from({ length: 120 }, (_, at) => `t${at}`);
    await its.plan([...ids.map((id) => tagOf(id)), tagOf('later')], { dependsOn: { later: ['t0'] } });
    await its.ask();
    expect((await requests()).map(({ operation_ids }) => operation_ids.length)).toEqual([100, 20]);
    await sayDone(its.engine, 't0');
    await its.ask();
    expect((await requests()).map(({ operation_ids }) => operation_ids).at(-1)).toEqual(['later']);
  });

  it('E2: given ten look at once, then people are asked once', async () => {
    await its.plan([tagOf('a'), tagOf('b')]);
    await Promise.all(Array.from({ length: 10 }, () => its.ask()));
    expect(await requests()).toHaveLength(1);
  });

  it('given nobody answers in time, then it ends with an advisory that says so', async () => {
    await its.plan([tagOf()]);
    await its.ask();
    await people.says('alice', { expires_at: inMs(2 * dayMs) });
    its.engine.clock.step(dayMs - 1);
    expect(await then()).toBe('planned');
    its.engine.clock.step(1);
    expect(await then()).toBe('advised');
    expect(await reasons()).toEqual(['approval_expired', 'policy_forbids', 'approval_required']);
    expect(its.engine.jobs).toMatchObject([{ queue: '{runs}' }]);
    await people.says('bob');
    expect(await then()).toBe('advised');
  });

  it('given the configuration says how long people are asked, then it is that long', async () => {
    its.engine.close();
    its = await openHarness({
      policy: wantingApprovals(1),
      config: { timing: { approval_ttl_ms: 5_000 } },
    });
    people = hearingOf(its);
    await its.plan([tagOf()]);
    await its.ask();
    expect((await requests())[0]?.expires_at).toBe(inMs(5_000));
  });

  it('F2: given the policy changes while people are asked, then the one in force at the mint decides', async () => {
    await its.plan([tagOf()]);
    await its.ask();
    await people.says('alice');
    its.policy.current = wantingApprovals(1);
    expect(await then()).toBe('authorized');
    expect((await its.receipt('tag'))?.policy_digest).toBe(its.policy.current.digest);
  });

  it('given a dry run, then its advisory says that people would be asked, and nobody is', async () => {
    await its.plan([tagOf()], { mode: 'dry_run' });
    expect(await then()).toBe('advised');
    expect(await reasons()).toEqual(['blocked_by_mode', 'policy_forbids', 'approval_required']);
    expect(await requests()).toEqual([]);
  });

  it('given the run is cancelled meanwhile, then approvals change nothing', async () => {
    await its.plan([tagOf()]);
    await its.ask();
    await its.cancel();
    await people.says('alice');
    await people.says('bob');
    expect(await then()).toBe('planned');
  });
});

describe('O2: whose approval counts', () => {
  beforeEach(async () => {
    its.policy.current = wantingApprovals(1);
    await its.plan([tagOf(), tagOf('other')]);
  });

  it('given a person of the group the policy names, then theirs does, and nobody else’s', async () => {
    its.policy.current = wantingApprovals(1, 'release-managers');
    await people.says('carol');
    expect(await then()).toBe('planned');
    await people.says('alice');
    expect(await then()).toBe('authorized');
  });

  it('O2: given who asked for the run approves it, then that counts for nothing', async () => {
    its.engine.close();
    its = await openHarness({ policy: wantingApprovals(1) });
    people = hearingOf(its);
    await its.plan([tagOf()], { principal: 'alice' });
    await people.says('alice');
    expect(await then()).toBe('planned');
    await people.says('bob');
    expect(await then()).toBe('authorized');
  });

  it('O2: given the plan names somebody else than the request does, then neither may approve it', async () => {
    its.engine.close();
    its = await openHarness({ policy: wantingApprovals(1) });
    people = hearingOf(its);
    await its.plan([tagOf()], { principal: 'alice', shape: (plan) => ({ ...plan, principal: 'bob' }) });
    await people.says('alice');
    await people.says('bob');
    expect(await then()).toBe('planned');
    await people.says('carol');
    expect(await then()).toBe('authorized');
  });

  it('given one person approves five times, then that is one person', async () => {
    its.policy.current = wantingApprovals(2);
    for (let time = 0; time < 5; time += 1) await people.says('alice');
    expect(await then()).toBe('planned');
  });

  const otherPlan = { plan_digest: '1'.repeat(64) };
  const hour = 3_600_000;
  it.each<[string, () => Promise<unknown>]>([
    ['of another plan', () => people.says('alice', otherPlan)],
    ['of another run', () => people.says('alice', { run_id: `run_${'b'.repeat(26)}` })],
    ['of other operations', () => people.says('alice', { operations: ['other'] })],
    [
      'for another environment',
      () =>
        people.says('alice', {
          audience: {
            environment: 'prod',
            api_origin: 'https://api.github.test',
            log_origin: 'marketops.test/log',
          },
        }),
    ],
    [
      'for another API origin',
      () =>
        people.says('alice', {
          audience: {
            environment: 'test',
            api_origin: 'https://api.github.com',
            log_origin: 'marketops.test/log',
          },
        }),
    ],
    ['that has expired', () => people.says('alice', { issued_at: inMs(-hour), expires_at: inMs(0) })],
    [
      'that ends before it begins',
      () => people.says('alice', { issued_at: inMs(20_000), expires_at: inMs(10_000) }),
    ],
    ['for longer than 7 days', () => people.says('alice', { expires_at: inMs(7 * dayMs + 1) })],
    ['of the future', () => people.says('alice', { issued_at: inMs(30_001), expires_at: inMs(hour) })],
    ['in another’s name', async () => people.carry(await people.signs('carol', { approver: 'alice' }))],
    [
      'in another’s name and key id',
      async () => people.carry(await people.signs('carol', { approver: 'alice', key_id: 'alice-1' })),
    ],
    [
      'whose verdict was turned round',
      async () => people.carry({ ...(await people.signs('alice', { verdict: 'deny' })), verdict: 'grant' }),
    ],
    ['that is evidence’s issuer’s', () => people.says('ci', { approver: 'ci' })],
  ])('given an approval %s, then it counts for nothing', async (_what, says) => {
    await says();
    expect(await then()).toBe('planned');
    expect(await requests()).toHaveLength(1);
  });

  it('given clocks that differ by 30 s, and an approval for 7 days, then it counts', async () => {
    await people.says('alice', { issued_at: inMs(30_000), expires_at: inMs(30_000 + 7 * dayMs) });
    expect(await then()).toBe('authorized');
  });

  it('F2: given a plan edited after it was approved, then the approval of the old one counts for nothing', async () => {
    const approval = await people.signs('alice');
    const { operations } = await plan();
    its.engine.close();
    its = await openHarness({ policy: wantingApprovals(1), keys: its.engine.keys });
    people = hearingOf(its);
    await its.plan([tagOf('tag', { message: 'Wodgets' }), tagOf('other')]);
    const edited = (await plan()).operations;
    expect(
      edited.map(({ operation_digest: digest }) => digest === operations[0]?.operation_digest),
    ).not.toContain(true);
    await people.carry(approval);
    expect(await then()).toBe('planned');
    await people.says('alice');
    expect(await then()).toBe('authorized');
  });

  it.each(['revoked_at', 'not_after'] as const)(
    'given an approver’s key is no longer good (%s) when the receipt would be minted, then the approval counts for nothing',
    async (end) => {
      await people.says('alice');
      its.engine.clock.step(1_000);
      const keys = its.engine.keys.published.keys.map((key) =>
        key.key_id === 'alice-1' ? { ...key, [end]: inMs(-500) } : key,
      );
      its.trust(openKeyring(nodeCrypto, { ...its.engine.keys.published, keys }));
      expect(await then()).toBe('planned');
    },
  );

  it('given an approver was taken out of the keyring, then the approval counts for nothing', async () => {
    await people.says('alice');
    const keys = its.engine.keys.published.keys.filter((key) => key.key_id !== 'alice-1');
    its.trust(openKeyring(nodeCrypto, { ...its.engine.keys.published, keys }));
    expect(await then()).toBe('planned');
  });
});

describe('what somebody takes back, or refuses', () => {
  beforeEach(async () => {
    its.policy.current = wantingApprovals(1);
    await its.plan([tagOf()]);
  });

  it('given a yes is withdrawn before the mint, then it does not count, and a later one does', async () => {
    const { approval_id } = await people.says('alice');
    its.engine.clock.step(1);
    await people.says('alice', { verdict: 'withdraw', withdraws: approval_id });
    expect(await then()).toBe('planned');
    its.engine.clock.step(1);
    await people.says('alice');
    expect(await then()).toBe('authorized');
  });

  it('given it is withdrawn after the mint, then the receipt stands: revoking is another order', async () => {
    const { approval_id } = await people.says('alice');
    expect(await then()).toBe('authorized');
    await people.says('alice', { verdict: 'withdraw', withdraws: approval_id });
    expect(await then()).toBe('authorized');
  });

  it('given the carrier turns the order of a yes and its withdrawal, or repeats the yes, then it does not count', async () => {
    const yes = await people.signs('alice');
    its.engine.clock.step(1);
    const back = await people.signs('alice', { verdict: 'withdraw', withdraws: yes.approval_id });
    for (const approval of [back, yes, yes]) await people.carry(approval);
    expect(await then()).toBe('planned');
  });

  it('given somebody else withdraws it, then it counts', async () => {
    const { approval_id } = await people.says('alice');
    its.engine.clock.step(1);
    await people.says('carol', { verdict: 'withdraw', withdraws: approval_id });
    expect(await then()).toBe('authorized');
  });

  it('given the key of a withdrawal has been rotated out since, then what it took back stays taken back', async () => {
    const both = its.engine.keys.published.keys.map(
      (key): PublicKey =>
        key.purpose === 'approver' && key.principal === 'carol' ? { ...key, principal: 'alice' } : key,
    );
    its.trust(openKeyring(nodeCrypto, { ...its.engine.keys.published, keys: both }));
    const { approval_id } = await people.says('alice');
    its.engine.clock.step(1);
    await people.says('carol', { approver: 'alice', verdict: 'withdraw', withdraws: approval_id });
    its.engine.clock.step(10);
    expect(await then()).toBe('planned');
    const rotated = both.map((key) => (key.key_id === 'carol-1' ? { ...key, not_after: inMs(-5) } : key));
    its.trust(openKeyring(nodeCrypto, { ...its.engine.keys.published, keys: rotated }));
    expect(await then()).toBe('planned');
  });

  it('given somebody whose yes would have counted says no, then that ends it, with their name and reason', async () => {
    await people.says('alice', { verdict: 'deny', reason: 'wrong commit' });
    expect(await then()).toBe('advised');
    const [first] = (await its.advisory('tag'))?.reasons ?? [];
    expect(first).toMatchObject({ code: 'approval_denied', message: 'alice said no: wrong commit.' });
  });

  it('given a no for an operation that still waits for another, then it ends at once', async () => {
    await its.plan([tagOf('first'), tagOf('second')], { runId: otherRun, dependsOn: { second: ['first'] } });
    const { planned } = foldRun(await its.engine.events(runStream(otherRun)));
    const about = { run_id: otherRun, plan_digest: planned?.data.plan_digest ?? '' };
    const approval = await people.signs('alice', { ...about, verdict: 'deny', operations: ['second'] });
    const said = { type: 'approval.denied' as const, data: { approval } };
    await its.engine.say('console', runStream(otherRun), 2, [said]);
    await its.askAs({ run_id: otherRun });
    const phases = async () =>
      Promise.all(
        ['first', 'second'].map(
          async (id) => foldOperation(await its.engine.events(operationStream(otherRun, id))).phase,
        ),
      );
    expect(await phases()).toEqual(['planned', 'advised']);
  });

  it('given enough others have said yes, then the no ends it all the same', async () => {
    await people.says('bob');
    await people.says('carol', { verdict: 'deny' });
    expect(await then()).toBe('advised');
  });

  it('given a no of somebody outside the group that is asked, or for other operations, then it changes nothing', async () => {
    its.policy.current = wantingApprovals(1, 'release-managers');
    await people.says('carol', { verdict: 'deny' });
    await people.says('bob', { verdict: 'deny', operations: ['other'] });
    expect(await then()).toBe('planned');
    await people.says('alice');
    expect(await then()).toBe('authorized');
  });

  it('given a no where nobody needs to be asked, then it changes nothing', async () => {
    its.policy.current = wantingEvidence('ci.result=passed');
    await people.vouches();
    await people.says('alice', { verdict: 'deny' });
    expect(await then()).toBe('authorized');
  });

  it('given who said no says yes later, then the later word counts', async () => {
    its.policy.current = wantingApprovals(2);
    await people.says('bob');
    const no = await people.signs('alice', { verdict: 'deny' });
    its.engine.clock.step(30_001);
    const yes = await people.signs('alice');
    for (const approval of [yes, no]) await people.carry(approval);
    expect(await then()).toBe('authorized');
  });

  it('given a yes signed by a clock that is ahead, then the no that the same person said after it counts', async () => {
    its.policy.current = wantingApprovals(1);
    const ahead = inMs(25_000);
    await people.says('alice', { issued_at: ahead });
    its.engine.clock.step(5_000);
    await people.says('alice', { verdict: 'deny' });
    expect(await then()).toBe('advised');
  });

  it('given a no of an hour and yeses of days, then the no counts for as long as they do', async () => {
    its.policy.current = wantingApprovals(1);
    await people.says('bob', { expires_at: inMs(6 * dayMs) });
    await people.says('alice', { verdict: 'deny' });
    its.engine.clock.step(2 * 3_600_000);
    expect(await then()).toBe('advised');
    expect(await reasons()).toEqual(['approval_denied']);
  });

  it('given a policy that wants approvals and does not annotate it, then a no ends it all the same', async () => {
    its.policy.current = openPolicies(nodeCrypto, {
      'a.cedar': '@id("a") permit (principal, action, resource) when { context.approval_count >= 1 };',
    });
    await people.says('bob');
    await people.says('alice', { verdict: 'deny' });
    expect(await then()).toBe('advised');
    expect(await reasons()).toEqual(['approval_denied']);
  });

  it('F2: given somebody takes it back while the receipt is signed, then it is decided again', async () => {
    its.policy.current = wantingApprovals(1);
    const { approval_id: withdraws } = await people.says('alice');
    let withdrawn = false;
    signing.during = async () => {
      if (withdrawn) return;
      withdrawn = true;
      await people.says('alice', { verdict: 'withdraw', withdraws });
    };
    await expect(then()).rejects.toMatchObject({ code: 'held' });
    expect(await phase()).toBe('planned');
    expect(await then()).toBe('planned');
    expect((await its.operation('tag')).receipts).toEqual([]);
  });
});

describe('evidence', () => {
  beforeEach(async () => {
    its.policy.current = wantingEvidence('ci.result=passed');
    await its.plan([tagOf()]);
  });

  it('F2: given an issuer vouches for what the policy wants, then there is a receipt that names it', async () => {
    const evidence = await people.vouches();
    expect(await then()).toBe('authorized');
    const { principal, request_digest } = await plan();
    expect((await its.receipt('tag'))?.evidence_digest).toBe(
      digestOf(nodeCrypto, {
        ...{ approvals: [], denials: [], evidence: [digestOf(nodeCrypto, evidence)] },
        ...{ principal, request_digest },
      }),
    );
  });

  it('F2: given the policy says which fact would lift it, then that is waited for, and a receipt follows', async () => {
    its.policy.current = wantingEvidence('ci.result=passed', '@evidence("ci.result=passed")');
    expect(await then()).toBe('planned');
    expect(await requests()).toMatchObject([
      { operation_ids: ['tag'], needs: [], evidence: ['ci.result=passed'] },
    ]);
    await people.vouches({ value: 'failed' });
    expect(await then()).toBe('planned');
    its.engine.clock.step(1);
    await people.vouches();
    expect([await then(), (await requests()).length]).toEqual(['authorized', 1]);
  });

  it('given it is waited for and does not come in time, then there is an advisory that says what is missing', async () => {
    its.policy.current = wantingEvidence('ci.result=passed', '@evidence("ci.result=passed")');
    await then();
    its.engine.clock.step(dayMs);
    expect(await then()).toBe('advised');
    expect(await reasons()).toEqual(['approval_expired', 'policy_forbids', 'evidence_required']);
  });

  it('given nobody vouches and the policy does not say that anybody could, then there is an advisory', async () => {
    expect(await then()).toBe('advised');
    expect(await reasons()).toEqual(['policy_forbids']);
  });

  it.each([
    ['of another plan', { plan_digest: '1'.repeat(64) }],
    ['of another run', { run_id: `run_${'b'.repeat(26)}` }],
    ['of another environment', { environment: 'staging' }],
    ['of a kind it may not vouch for', { kind: 'security.scan' }],
    ['in another’s name', { issuer: 'jenkins' }],
    ['that has expired', { issued_at: '2026-01-31T11:00:00.000Z', expires_at: '2026-01-31T12:00:00.000Z' }],
    ['of the future', { issued_at: '2026-01-31T12:00:31.000Z' }],
    ['of too long a life', { expires_at: '2026-02-07T12:00:00.001Z' }],
  ])('given evidence %s, then it counts for nothing', async (_what, over) => {
    await people.vouches(over);
    expect(await then()).toBe('advised');
  });

  it('given its issuer has said otherwise since, then the later statement counts, in whatever order they come', async () => {
    await people.vouches({ value: 'failed', issued_at: '2026-01-31T11:59:59.000Z' });
    await people.vouches({ value: 'passed', issued_at: '2026-01-31T11:59:58.000Z' });
    expect(await then()).toBe('advised');
  });
});

it('E3: given a service other than the console, then it cannot put an approval on a run', async () => {
  await its.plan([tagOf()]);
  const draft = { type: 'approval.granted' as const, data: { approval: await people.signs('alice') } };
  for (const actor of ['planner', 'publisher', 'federation'] as const) {
    await expect(its.engine.say(actor, runStream(runId), 2, [draft])).rejects.toMatchObject({
      code: 'invariant_violated',
    });
  }
});
