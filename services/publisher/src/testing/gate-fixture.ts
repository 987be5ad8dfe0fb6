import {
  type EventDraft,
  type MarketOpsEvent,
  type Operation,
  operationStream,
  type Receipt,
  type ReceiptClaims,
} from '@marketops/contracts';
import { operationDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { createAllowList } from '../allow-list.js';
import type { GateFacts, GateRules } from '../gate/context.js';
import { createGate } from '../gate/gate.js';
import type { GatedOperation } from '../gate/gated-operation.js';
import { readPresentation } from '../gate/read-presentation.js';
import { streamFacts } from '../stream-facts.js';
import { type Authority, createAuthority } from './authority.js';
import { releaseOperation } from './operations.js';

export const runId = `run_${'0'.repeat(26)}`;
export const tenantId = 'acme';
export const planDigest = 'a'.repeat(64);
export const issuedAt = '2026-01-31T12:00:00.000Z';
/** A minute after the issuance. */
export const now = '2026-01-31T12:01:00.000Z';
const receiptId = 'rcp_01JD0000000000000000000001';

export const sharedAuthority = createAuthority();

export const rulesFor = (authority: Authority): GateRules => ({
  crypto: nodeCrypto,
  keyring: authority.keyring,
  hmacKeys: new Map([['receipt-hmac', authority.hmac]]),
  issuer: 'marketops-test',
  audience: { environment: 'test', api_origin: 'https://api.github.com', log_origin: 'log.test' },
  allowList: createAllowList({
    accounts: { Acme: {} },
    publisher: {},
  }),
});

export function claimsFor(operation: Operation, changes: Partial<ReceiptClaims> = {}): ReceiptClaims {
  const { audience, issuer } = rulesFor(sharedAuthority);
  return {
    ...{ receipt_id: receiptId, run_id: runId, operation_id: operation.operation_id },
    ...{ operation_kind: operation.kind, operation_digest: operationDigest(nodeCrypto, operation) },
    ...{ plan_digest: planDigest, tenant_id: tenantId, mode: 'prod', enforceable: true, issuer, audience },
    ...{ epoch: 1, policy_digest: 'b'.repeat(64), evidence_digest: 'd'.repeat(64) },
    ...{ decision_id: '01JD0000000000000000000002', issued_at: issuedAt, not_before: issuedAt },
    ...{ expires_at: '2026-01-31T13:00:00.000Z', key_id: 'federation-mint', hmac_key_id: 'receipt-hmac' },
    ...changes,
  };
}

export const plannedEvent = (operation: Operation, plan_digest = planDigest): EventDraft => ({
  type: 'operation.planned',
  data: {
    ...{ operation_id: operation.operation_id, operation_kind: operation.kind },
    operation_digest: operationDigest(nodeCrypto, operation),
    operation: { inline: operation },
    ...{ plan_digest, depends_on: [], blocked_by_mode: false },
  },
});

/** Events as a verified reader would give them; nothing here is signed, because the gate is handed verified streams. */
export const asEvents = (place: ReceiptClaims, drafts: readonly EventDraft[]): MarketOpsEvent[] =>
  drafts.map((draft, index) => ({
    ...{
      id: `01JD000000000000000000000${index}`,
      stream: operationStream(place.run_id, place.operation_id),
      seq: index + 1,
    },
    ...{ version: 1, tenant_id: place.tenant_id, run_id: place.run_id, mode: 'prod' },
    ...{ actor: 'federation', time: place.issued_at, causation_id: null, correlation_id: null },
    ...draft,
  }));

export interface Case {
  readonly operation: Operation;
  readonly receipt: Receipt;
  /** The job's data; what a mutation changes. */
  readonly data: Record<string, unknown>;
  readonly facts: GateFacts;
}

/** A presentation that passes: one release, planned, authorized, acknowledged; nothing frozen. */
export function passingCase(
  changes: {
    operation?: Operation;
    claims?: Partial<ReceiptClaims>;
    /** Where the operation stands: its run, plan, tenant and epoch, whatever the claims say. */
    place?: Partial<ReceiptClaims>;
    events?: readonly EventDraft[];
  } = {},
): Case {
  const operation = changes.operation ?? releaseOperation();
  const receipt = sharedAuthority.issue(claimsFor(operation, { ...changes.place, ...changes.claims }));
  const place = claimsFor(operation, changes.place);
  const data = {
    ...{ run_id: receipt.run_id, operation_id: receipt.operation_id, operation_kind: receipt.operation_kind },
    ...{ mode: receipt.mode, receipt },
  };
  const issued: EventDraft = { type: 'receipt.issued', data: { receipt } };
  const events = [plannedEvent(operation, place.plan_digest), issued, ...(changes.events ?? [])];
  return {
    ...{ operation, receipt, data },
    facts: {
      presented: readPresentation(data),
      jobId: receipt.receipt_id,
      stream: streamFacts({ events: asEvents(place, events), digests: [] }),
      operation: { status: 'loaded', operation, digest: operationDigest(nodeCrypto, operation) },
      ...{
        now,
        clockSkewMs: 0,
        issuanceAcknowledged: true,
        systemFrozen: new Map(),
        capWaitMs: 0,
        throttled: null,
      },
      control: { epoch: place.epoch, state: 'open', reason: '', term: 1, frozen: new Map() },
    },
  };
}

export const startedEvent = (receipt: Receipt): EventDraft => ({
  type: 'operation.started',
  data: {
    ...{ operation_id: receipt.operation_id, receipt_id: receipt.receipt_id },
    ...{ execution_id: '01JD0000000000000000000009', lease_until: '2026-01-31T12:00:30.000Z' },
  },
});

/** What the gate makes of an operation that passes. */
export function gatedFor(operation: Operation): GatedOperation {
  const verdict = createGate(rulesFor(sharedAuthority)).judge(passingCase({ operation }).facts);
  if (verdict.verdict !== 'pass')
    throw new Error(`the fixture does not pass: ${JSON.stringify(verdict.answers)}`);
  return verdict.gated;
}
