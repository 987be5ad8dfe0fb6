import type { Actor, AdvisoryClaims, Keyring, ReceiptClaims, ServiceKey } from '@marketops/contracts';
import { canonicalJson } from '../canonical.js';
import type { HmacKey, SigningKey } from '../crypto-port.js';
import { openKeyring } from '../keyring.js';
import { generateHmacKey, generateSigningKey, loadHmacKey, loadSigningKey, nodeCrypto } from '../node.js';

export const crypto = nodeCrypto;
export const runId = 'run_0123456789abcdefghjkmnpqrs';
const ulid = '01JABCDEFGHJKMNPQRSTVWXYZ0';
export const digest = (seed: string): string => crypto.sha256Hex(seed);
export const at = '2026-03-01T12:00:00.000Z';

export interface TestKey {
  readonly signing: SigningKey;
  readonly listed: ServiceKey;
}

export function testKey(
  keyId: string,
  purpose: ServiceKey['purpose'],
  actor: Actor,
  listed: Partial<ServiceKey> = {},
): TestKey {
  const pair = generateSigningKey();
  return {
    signing: loadSigningKey(pair.privatePem),
    listed: {
      key_id: keyId,
      purpose,
      actor,
      algorithm: 'ed25519',
      public_key: pair.publicRawBase64,
      not_before: '2026-01-01T00:00:00.000Z',
      revoked_at: null,
      ...listed,
    },
  };
}

export const keyringOf = (...keys: readonly TestKey[]): Keyring => ({
  version: 1,
  environment: 'test',
  log_origin: 'log.example',
  keys: keys.map((key) => key.listed),
});

export const publisher = testKey('publisher-1', 'actor', 'publisher');
export const planner = testKey('planner-1', 'actor', 'planner');
export const mint = testKey('mint-1', 'mint', 'federation');
export const ledger = testKey('ledger-ack-1', 'acknowledgement', 'ledger');
export const keyring = openKeyring(crypto, keyringOf(publisher, planner, mint, ledger));
export const hmacKey: HmacKey = loadHmacKey(generateHmacKey());

const binding = {
  run_id: runId,
  operation_id: 'release',
  operation_kind: 'publish_release',
  operation_digest: digest('operation'),
  plan_digest: digest('plan'),
  tenant_id: 'acme',
} as const;
const authority = {
  issuer: 'federation',
  audience: { environment: 'test', api_origin: 'https://api.github.com', log_origin: 'log.example' },
  epoch: 1,
  policy_digest: digest('policy'),
  evidence_digest: digest('evidence'),
  decision_id: ulid,
  issued_at: at,
} as const;

export const receiptClaims: ReceiptClaims = {
  receipt_id: `rcp_${ulid}`,
  ...binding,
  mode: 'prod',
  enforceable: true,
  ...authority,
  not_before: at,
  expires_at: '2026-03-01T13:00:00.000Z',
  key_id: 'mint-1',
  hmac_key_id: 'hmac-1',
};

export const advisoryClaims: AdvisoryClaims = {
  advisory_id: ulid,
  ...binding,
  mode: 'dry_run',
  enforceable: false,
  ...authority,
  reasons: [{ code: 'policy_denied', message: 'The repository is restricted.', remedy: 'Ask its owner.' }],
  key_id: 'mint-1',
};

/** A well-formed event of the publisher on an operation's stream; overrides make it something else. */
export function startedEvent(seq: number, overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: ulid,
    stream: operationStreamId,
    seq,
    type: 'operation.started',
    version: 1,
    tenant_id: 'acme',
    run_id: runId,
    mode: 'prod',
    actor: 'publisher',
    time: at,
    causation_id: ulid,
    correlation_id: null,
    data: { operation_id: 'release', receipt_id: `rcp_${ulid}`, execution_id: ulid, lease_until: at },
    ...overrides,
  };
}

export const operationStreamId = `op/${runId}/release`;

/** The canonical bytes of `count` events from `firstSeq` on. */
export const startedBytes = (firstSeq: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => canonicalJson(startedEvent(firstSeq + index)));
