import type {
  MarketOpsEvent,
  Operation,
  PublicationPlan,
  Receipt,
  ReceiptClaims,
} from '@marketops/contracts';
import { MarketOpsConfig } from '@marketops/engine';
import { testConfig } from '@marketops/engine/testing';
import { openKeyring, operationDigest, planDigest, signReceipt } from '@marketops/proof';
import {
  generateHmacKey,
  generateSigningKey,
  loadHmacKey,
  loadSigningKey,
  nodeCrypto,
} from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import type { PlacedEvent } from '../ledger/ledger-reader.js';
import { runRecord } from '../runs/run-record.js';
import { checksOf } from './checks.js';
import { checkOccasions } from './checks-asked.js';
import { checksNow } from './checks-now.js';
import { lifecyclesOf } from './receipts-lifecycle.js';

const runId = 'run_00000000000000000000000000';
const stream = `op/${runId}/tag`;
const digest = 'a'.repeat(64);
const ulid = '01M7W9MYFTE9F88ECP53T23H1B';
const mint = generateSigningKey();
const keys = { ed25519: loadSigningKey(mint.privatePem), hmac: loadHmacKey(generateHmacKey()) };
const keyring = openKeyring(nodeCrypto, {
  version: 1,
  environment: 'local',
  log_origin: 'marketops.local/local',
  keys: [
    {
      key_id: 'mint-1',
      purpose: 'mint',
      actor: 'federation',
      algorithm: 'ed25519',
      public_key: mint.publicRawBase64,
      not_before: '2026-01-01T00:00:00.000Z',
      revoked_at: null,
    },
  ],
});
const config = MarketOpsConfig.parse(testConfig);

const operation: Operation = {
  operation_id: 'tag',
  kind: 'tag_repo',
  repository: { id: 1, owner: 'acme', name: 'widgets' },
  tag_name: 'v1.4.0',
  target_sha: 'b'.repeat(40),
  message: 'Widgets 1.4.0',
};
const plan: PublicationPlan = {
  version: 1,
  run_id: runId,
  tenant_id: 'acme',
  principal: 'local',
  mode: 'prod',
  request_digest: digest,
  operations: [
    {
      operation_id: 'tag',
      kind: 'tag_repo',
      repository: 'acme/widgets',
      operation_digest: operationDigest(nodeCrypto, operation),
      depends_on: [],
      blocked_by_mode: false,
      would_ship: true,
      reasons: [],
      missing_prerequisites: [],
    },
  ],
};
const claims: ReceiptClaims = {
  receipt_id: `rcp_${ulid}`,
  run_id: runId,
  operation_id: 'tag',
  operation_kind: 'tag_repo',
  operation_digest: operationDigest(nodeCrypto, operation),
  plan_digest: planDigest(nodeCrypto, plan),
  tenant_id: 'acme',
  mode: 'prod',
  enforceable: true,
  issuer: config.issuer,
  audience: {
    environment: config.environment,
    api_origin: 'https://api.github.com',
    log_origin: config.log_origin,
  },
  epoch: 1,
  policy_digest: digest,
  evidence_digest: digest,
  decision_id: ulid,
  issued_at: '2026-11-20T10:00:00.000Z',
  not_before: '2026-11-20T10:00:00.000Z',
  expires_at: '2026-11-20T11:00:00.000Z',
  key_id: 'mint-1',
  hmac_key_id: 'hmac-1',
};
const genuine = signReceipt(nodeCrypto, claims, keys);

interface Story {
  readonly receipt?: Receipt;
  readonly operation?: Operation;
  readonly startedAt?: string;
  readonly starts?: number;
  /** Ledger sequences of the issuance and the first start. */
  readonly sequences?: readonly [number | undefined, number | undefined];
  readonly mode?: 'dry_run' | 'prod';
}

/** The events of one operation that was planned, authorized and started, as the ledger would give them. */
function events(story: Story): PlacedEvent[] {
  const { receipt = genuine, startedAt = '2026-11-20T10:00:01.000Z', starts = 1, sequences = [4, 5] } = story;
  const mode = story.mode ?? 'prod';
  const placed: PlacedEvent[] = [];
  const seqs = new Map<string, number>();
  const add = (on: string, time: string, sequence: number | undefined, more: object) => {
    const seq = (seqs.get(on) ?? 0) + 1;
    seqs.set(on, seq);
    const id = `01M7W9MYFTE9F88ECP53T2${String(placed.length).padStart(4, '0')}`;
    const envelope = { id, stream: on, seq, version: 1, tenant_id: 'acme', run_id: runId, mode, time };
    const event = { ...envelope, actor: 'planner', causation_id: null, correlation_id: runId, ...more };
    placed.push({ event: event as unknown as MarketOpsEvent, sequence });
  };
  const at = claims.issued_at;
  add(`run/${runId}`, at, 2, {
    type: 'plan.generated',
    data: { plan_digest: claims.plan_digest, plan: { inline: plan } },
  });
  add(stream, at, 3, {
    type: 'operation.planned',
    data: {
      operation_id: 'tag',
      operation_kind: 'tag_repo',
      operation: { inline: story.operation ?? operation },
    },
  });
  add(stream, at, sequences[0], { type: 'receipt.issued', data: { receipt } });
  for (let count = 0; count < starts; count += 1) {
    const data = {
      operation_id: 'tag',
      receipt_id: receipt.receipt_id,
      execution_id: ulid,
      lease_until: startedAt,
    };
    add(stream, startedAt, sequences[1] === undefined ? undefined : sequences[1] + count, {
      type: 'operation.started',
      data,
    });
  }
  return placed;
}

const blobs = {
  request: () => Promise.resolve(undefined),
  plan: () => Promise.resolve(plan),
  operation: ({ data }: { data: { operation: unknown } }) =>
    Promise.resolve((data.operation as { inline: Operation }).inline),
};

/** The numbers of the checks that do not hold. */
async function failing(story: Story): Promise<number[]> {
  const record = await runRecord(runId, events(story), [], blobs);
  const prod = { ...record, run: { ...record.run, mode: story.mode ?? ('prod' as const) } };
  const [one] = prod.operations;
  if (one === undefined) throw new RangeError('no operation');
  const checks = checksOf(prod, one, { config, keyring });
  expect(checks.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const { startedAt = '2026-11-20T10:00:01.000Z' } = story;
  expect(new Set(checks.map(({ asked_at: at }) => at))).toEqual(new Set([startedAt]));
  return checks.filter(({ verdict }) => verdict === 'fails').map(({ number }) => number);
}

const signed = (more: Partial<ReceiptClaims>): Receipt =>
  signReceipt(nodeCrypto, { ...claims, ...more }, keys);

describe('the twelve checks, asked again', () => {
  it('hold for what was authorized and done', async () => {
    expect(await failing({})).toEqual([]);
  });

  it.each<[string, number[], Story]>([
    ['a start in another mode', [1], { mode: 'dry_run' }],
    [
      'a receipt changed after it was signed',
      [3],
      { receipt: { ...genuine, policy_digest: 'c'.repeat(64) } },
    ],
    ['a receipt signed by nobody we know', [3], { receipt: { ...genuine, key_id: 'mint-2' } }],
    [
      'a receipt of another environment',
      [5],
      { receipt: signed({ audience: { ...claims.audience, environment: 'other' } }) },
    ],
    ['a receipt of another run', [6], { receipt: signed({ run_id: `run_${'1'.repeat(26)}` }) }],
    ['a receipt of another kind', [7], { receipt: signed({ operation_kind: 'open_pr' }) }],
    ['another operation than was authorized', [8], { operation: { ...operation, tag_name: 'v6.6.6' } }],
    ['a receipt of another tenant', [8], { receipt: signed({ tenant_id: 'other' }) }],
    ['a receipt used twice', [9], { starts: 2 }],
    ['a start after it expired', [10], { startedAt: '2026-11-20T11:00:00.000Z' }],
    ['a start before it was valid', [10], { startedAt: '2026-11-20T09:00:00.000Z' }],
    ['a receipt a day old', [10, 11], { startedAt: '2026-11-21T10:00:00.000Z' }],
    ['a lifetime of more than a day', [11], { receipt: signed({ expires_at: '2026-11-22T10:00:00.000Z' }) }],
    ['a start before the ledger had the issuance', [12], { sequences: [9, 5] }],
  ])('%s: %j', async (_what, numbers, story) => {
    expect(await failing(story)).toEqual(numbers);
  });

  it('does not say of its own what the ledger has not taken yet', async () => {
    expect(await failing({ sequences: [4, undefined] })).toEqual([]);
  });
});

describe('the twelve checks, as they would be answered now', () => {
  const noon = { ms: Date.parse('2026-11-20T10:30:00.000Z'), epoch: 1, frozen: [] };

  /** Check number → verdict, for those that do not hold. */
  async function notHolding(story: Story, over: Partial<Parameters<typeof checksNow>[2]> = {}) {
    const now = { ...noon, ...over };
    const record = await runRecord(runId, events(story), [], blobs);
    const prod = { ...record, run: { ...record.run, mode: 'prod' as const } };
    const [one] = prod.operations;
    const lifecycle = one && lifecyclesOf(one, now)[0];
    if (one === undefined || lifecycle === undefined) throw new RangeError('no receipt');
    const checks = checksNow({ record: prod, operation: one, lifecycle }, { config, keyring }, now);
    expect(checks).toHaveLength(12);
    return checks.flatMap(({ number, verdict }) => (verdict === 'holds' ? [] : [`${number} ${verdict}`]));
  }

  it('given a live receipt, then all hold', async () => {
    expect(await notHolding({ starts: 0 })).toEqual([]);
  });

  it.each<[string, string[], Story, Partial<Parameters<typeof checksNow>[2]>]>([
    ['it has been used', ['9 fails'], {}, {}],
    ['it has expired', ['10 fails'], { starts: 0 }, { ms: Date.parse('2026-11-20T11:00:00.000Z') }],
    [
      'it is a day old',
      ['10 fails', '11 fails'],
      { starts: 0 },
      { ms: Date.parse('2026-11-21T10:00:00.000Z') },
    ],
    ['the ledger has opened another epoch', ['5 fails'], { starts: 0 }, { epoch: 2 }],
    ['the ledger does not have its issuance', ['12 waits'], { starts: 0, sequences: [undefined, 5] }, {}],
    ['its account has no room', ['12 waits'], { starts: 0 }, { throttledUntil: '2026-11-20T10:00:00.000Z' }],
    [
      'its repository is frozen',
      ['12 waits'],
      { starts: 0 },
      { frozen: [new Map([['repository:acme/widgets', 'an incident']])] },
    ],
    [
      'another repository is frozen',
      [],
      { starts: 0 },
      { frozen: [new Map([['repository:acme/website', 'an incident']])] },
    ],
    ['nobody can say what is frozen', ['12 gate'], { starts: 0 }, { frozen: undefined }],
    [
      'it was changed after it was signed',
      ['3 fails'],
      { starts: 0, receipt: { ...genuine, policy_digest: 'c'.repeat(64) } },
      {},
    ],
  ])('given that %s, then %j', async (_what, expected, story, over) => {
    expect(await notHolding(story, over)).toEqual(expected);
  });
});

describe('when the gate asked', () => {
  const occasions = (placed: readonly PlacedEvent[], claims: readonly PlacedEvent[] = []) =>
    checkOccasions(genuine.receipt_id, placed, claims);
  const place = (time: string, sequence: number, type: string, data: object): PlacedEvent => ({
    event: { type, time, data } as unknown as MarketOpsEvent,
    sequence,
  });

  it('given a start, then all twelve passed at its time', () => {
    const all = occasions(events({}));
    expect(all.map(({ answer, time }) => `${answer} ${time}`)).toEqual(
      Array.from({ length: 12 }, () => 'passed 2026-11-20T10:00:01.000Z'),
    );
  });

  it('given a hold, a refusal and a claim of this receipt, then each is one, in order, with its entry', () => {
    const reason = { code: 'frozen', message: 'It is frozen.', remedy: 'Wait.' };
    const held = { receipt_id: genuine.receipt_id, check: 'acknowledged', reason };
    const refused = { audit: { receipt_id: genuine.receipt_id }, check: 'kind_binding', reason };
    const claim = { claimed_receipt_id: genuine.receipt_id, check: 'mode', reason };
    const found = occasions(
      [
        place('2026-11-20T10:00:03.000Z', 9, 'operation.refused', refused),
        place('2026-11-20T10:00:01.000Z', 7, 'operation.held', held),
      ],
      [place('2026-11-20T10:00:02.000Z', 8, 'gate.refused', claim)],
    );
    expect(found.map(({ check, answer, sequence, claimed }) => [check, answer, sequence, claimed])).toEqual([
      ['acknowledged', 'held', 7, false],
      ['mode', 'refused', 8, true],
      ['kind_binding', 'refused', 9, false],
    ]);
  });

  it('given what is about another receipt, then nothing', () => {
    const other = { receipt_id: `rcp_${'0'.repeat(26)}`, check: 'acknowledged', reason: {} };
    expect(occasions([place('2026-11-20T10:00:01.000Z', 7, 'operation.held', other)])).toEqual([]);
  });
});
