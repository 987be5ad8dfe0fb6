import { operationStream, type PlannedOperation } from '@marketops/contracts';
import type { PolicyAnswer } from '@marketops/policy';
import { operationDigest, verifyAdvisory, verifyReceiptSignatures } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness } from './testing/harness.js';
import { type PlanOptions, runId, tagOf } from './testing/plan.js';

let its: Harness;
beforeEach(async () => {
  its = await openHarness();
});
afterEach(() => its.engine.close());

const elsewhere = tagOf('tag', { repository: { id: 9, owner: 'rival', name: 'secret' } });
const answered = async (operation = tagOf(), options: PlanOptions = {}) => {
  await its.plan([operation], options);
  await its.ask(['tag']);
  return its.operation('tag');
};
const reasons = async () => (await its.advisory('tag'))?.reasons.map(({ code }) => code);
const noReceipt = async () => {
  expect((await its.operation('tag')).receipts).toEqual([]);
  expect(its.engine.jobs.filter(({ queue }) => queue.startsWith('{publications'))).toEqual([]);
};

describe('an operation the policy denies', () => {
  it('F5: denied ones get advisory, marked as such, with the reasons, never a receipt', async () => {
    expect((await answered(elsewhere)).phase).toBe('advised');
    expect(await its.advisory('tag')).toMatchObject({
      enforceable: false,
      mode: 'prod',
      run_id: runId,
      operation_id: 'tag',
    });
    expect(await reasons()).toEqual(['repository_not_allowed']);
    await noReceipt();
  });

  it('F2: policy checks repository against the allowed list', async () => {
    const decide = (owner: string, name: string) =>
      its.policy.current.decide({
        operation: tagOf('tag', { repository: { id: 1, owner, name } }),
        tenantId: 'acme',
        principal: 'ci',
        approvals: [],
        evidence: [],
      }).allowed;
    expect([
      decide('acme', 'widgets'),
      decide('ACME', 'Anything'),
      decide('rival', 'widgets'),
      decide('acme-rival', 'widgets'),
    ]).toEqual([true, true, false, false]);
  });

  it('F5: given its advisory, then federation signed it, and as a receipt it is worth nothing', async () => {
    await answered(elsewhere);
    const advisory = (await its.advisory('tag')) ?? expect.fail('no advisory');
    verifyAdvisory(nodeCrypto, advisory, { keyring: its.engine.keyring });
    const hmacKeys = new Map([[its.engine.keys.hmac.keyId, its.engine.keys.hmac.key]]);
    const dressed = {
      ...advisory,
      enforceable: true,
      hmac_key_id: its.engine.keys.hmac.keyId,
      signatures: { ...advisory.signatures, hmac_sha256: '' },
    };
    expect(() =>
      verifyReceiptSignatures(nodeCrypto, dressed as never, { keyring: its.engine.keyring, hmacKeys }),
    ).toThrow();
    expect(() =>
      verifyAdvisory(nodeCrypto, { ...advisory, reasons: [] }, { keyring: its.engine.keyring }),
    ).toThrow();
  });

  it('E2: given it is asked again, then it is answered once', async () => {
    await answered(elsewhere);
    await its.ask(['tag']);
    const types = (await its.engine.events(operationStream(runId, 'tag'))).map(({ type }) => type);
    expect(types).toEqual(['operation.planned', 'receipt.advised']);
    expect(its.engine.jobs).toHaveLength(1);
  });

  it('given one of two is denied, then the other has its receipt', async () => {
    await its.plan([elsewhere, tagOf('b')]);
    await its.ask();
    expect([(await its.operation('tag')).phase, (await its.operation('b')).phase]).toEqual([
      'advised',
      'authorized',
    ]);
  });
});

describe('a policy that does not answer', () => {
  const denying = (decide: () => unknown) => {
    its.policy.current = {
      digest: '0'.repeat(64),
      weighsStatements: () => false,
      decide: decide as () => PolicyAnswer,
    };
  };

  it('P8: given it throws, then everything is denied', async () => {
    denying(() => {
      throw new Error('the policy is broken');
    });
    await answered();
    expect(await reasons()).toEqual(['policy_error']);
    await noReceipt();
  });

  it.each<[string, unknown, string]>([
    ['a no without reasons', { allowed: false, reasons: [] }, 'policy_denied'],
    ['a yes that is no true', { allowed: 'yes' }, 'policy_error'],
    ['nothing', undefined, 'policy_error'],
    ['a promise', Promise.resolve({ allowed: true }), 'policy_error'],
  ])('P8: given it answers %s, then that is a no', async (_what, answer, code) => {
    denying(() => answer);
    await answered();
    expect(await reasons()).toEqual([code]);
    await noReceipt();
  });
});

describe('a dry run', () => {
  it('D1, D4: given the policy would allow it, then it gets an advisory that says why, and never a receipt', async () => {
    expect((await answered(tagOf(), { mode: 'dry_run' })).phase).toBe('advised');
    expect(await its.advisory('tag')).toMatchObject({ enforceable: false, mode: 'dry_run' });
    expect(await reasons()).toEqual(['blocked_by_mode']);
    await noReceipt();
  });

  it('F5, D5: given other things speak against it too, then all of them are told, its mode first', async () => {
    const gone = { code: 'target_missing', message: 'It is gone.', remedy: 'Push it.' };
    await answered(elsewhere, {
      mode: 'dry_run',
      item: (item) => ({ ...item, would_ship: false, reasons: [gone] }),
    });
    expect(await reasons()).toEqual(['blocked_by_mode', 'target_missing', 'repository_not_allowed']);
  });

  it('D1: given the operation could not be made whole, then it is answered all the same', async () => {
    const gone = { code: 'target_missing', message: 'It is gone.', remedy: 'Push it.' };
    const item = (its: PlannedOperation) => ({
      ...its,
      operation_digest: null,
      would_ship: false,
      reasons: [gone],
    });
    await answered(tagOf(), { mode: 'dry_run', item });
    expect(await its.advisory('tag')).toMatchObject({ operation_digest: null, mode: 'dry_run' });
  });
});

describe('a plan and an operation that do not belong together', () => {
  const other = tagOf('tag', { target_sha: 'b'.repeat(40) });
  it.each<[string, PlanOptions, string]>([
    [
      'the operation was changed after planning',
      { stands: (draft) => ({ ...draft, data: { ...draft.data, operation: { inline: other } } }) },
      'binding_broken',
    ],
    [
      'the operation and the digest beside it were changed',
      {
        stands: (draft) => ({
          ...draft,
          data: {
            ...draft.data,
            operation: { inline: other },
            operation_digest: operationDigest(nodeCrypto, other),
          },
        }),
      },
      'binding_broken',
    ],
    [
      'the plan’s digest of it was changed',
      { item: (item) => ({ ...item, operation_digest: '1'.repeat(64) }) },
      'binding_broken',
    ],
    ['the run names another plan', { namedDigest: '1'.repeat(64) }, 'binding_broken'],
    [
      'the operation names another plan',
      { stands: (draft) => ({ ...draft, data: { ...draft.data, plan_digest: '1'.repeat(64) } }) },
      'binding_broken',
    ],
    [
      'the plan shows another repository',
      { item: (item) => ({ ...item, repository: 'acme/website' }) },
      'binding_broken',
    ],
    ['the plan shows another kind', { item: (item) => ({ ...item, kind: 'open_pr' }) }, 'binding_broken'],
    ['the plan says it would not ship', { item: (item) => ({ ...item, would_ship: false }) }, 'not_shipping'],
    [
      'the plan says its mode blocks it',
      { item: (item) => ({ ...item, blocked_by_mode: true }) },
      'not_shipping',
    ],
  ])('R1: given %s, then there is an advisory and no receipt', async (_what, options, code) => {
    await answered(tagOf(), options);
    expect(await reasons()).toEqual([code]);
    await noReceipt();
  });

  it.each<[string, PlanOptions]>([
    ['of another run', { shape: (plan) => ({ ...plan, run_id: `run_${'b'.repeat(26)}` }) }],
    ['of another tenant', { shape: (plan) => ({ ...plan, tenant_id: 'rival' }) }],
    ['made in a dry run', { shape: (plan) => ({ ...plan, mode: 'dry_run' }) }],
  ])('D4, P3: given a plan %s stands in this one, then nothing of it is minted', async (_what, options) => {
    await answered(tagOf(), options);
    expect(await reasons()).toEqual(['binding_broken']);
    await noReceipt();
  });
});
