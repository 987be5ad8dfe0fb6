import type { Approval } from '../approval.js';
import type { AuditRecord } from '../audit.js';
import type { OperatorAction, OperatorCommand } from '../operator-command.js';
import type { Receipt } from '../receipt.js';
import { type EventData, type EventType, type MarketOpsEvent, vocabulary } from '../vocabulary.js';

const runId = `run_${'a'.repeat(26)}`;
const ulid = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const time = '2026-01-31T12:00:00.000Z';
const digest = '0'.repeat(64);
const signature = `${'A'.repeat(86)}==`;
const reason = { code: 'x', message: 'Why.', remedy: 'What to do.' };
const audience = { environment: 'test', api_origin: 'https://api.github.test', log_origin: 'test' };
const authority = {
  issuer: 'federation',
  audience,
  epoch: 1,
  policy_digest: digest,
  evidence_digest: digest,
  decision_id: ulid,
  issued_at: time,
};
const binding = {
  run_id: runId,
  operation_id: 'tag',
  operation_kind: 'tag_repo' as const,
  operation_digest: digest,
  plan_digest: digest,
  tenant_id: 'acme',
};
export const receipt: Receipt = {
  receipt_id: `rcp_${ulid}`,
  ...binding,
  mode: 'prod',
  enforceable: true,
  ...authority,
  not_before: time,
  expires_at: '2026-01-31T13:00:00.000Z',
  key_id: 'mint',
  hmac_key_id: 'hmac',
  signatures: { hmac_sha256: `${'A'.repeat(43)}=`, ed25519: signature },
};
const audit: AuditRecord = {
  operation_id: 'tag',
  run_id: runId,
  operation_kind: 'tag_repo',
  receipt_id: receipt.receipt_id,
  repository: 'acme/widgets',
  status: 'success',
  mode: 'prod',
  started_at: time,
  completed_at: time,
  result: null,
  error_message: null,
  error_code: null,
  github_response: null,
  retry_count: 0,
};
const lease = {
  operation_id: 'tag',
  receipt_id: receipt.receipt_id,
  execution_id: ulid,
  lease_until: '2026-01-31T12:00:30.000Z',
};
const outcome = { execution_id: ulid, audit };
const approval: Approval = {
  version: 1,
  approval_id: ulid,
  verdict: 'grant',
  run_id: runId,
  plan_digest: digest,
  operations: ['tag'],
  audience,
  approver: 'alice',
  key_id: 'alice-1',
  reason: null,
  withdraws: null,
  issued_at: time,
  expires_at: '2026-01-31T13:00:00.000Z',
  signature,
};
/** An order with a signature that nobody made. */
const command = (action: OperatorAction, principal = 'ops'): OperatorCommand => ({
  version: 1,
  command_id: ulid,
  action,
  reason: 'incident',
  principal,
  key_id: `${principal}-1`,
  audience,
  issued_at: time,
  expires_at: '2026-01-31T12:05:00.000Z',
  signature,
});
const scopes = { scopes: ['all'], principal: 'ops', reason: 'incident' };
const frozen = { ...scopes, command: command({ kind: 'freeze', scopes: scopes.scopes }) };

const reconcile = command({ kind: 'reconcile', run_id: runId, operation_id: 'tag', found: 'look' });

/** One good `data` of every type. */
const examples: { [Type in EventType]: EventData<Type> } = {
  'plan.requested': {
    principal: 'ci',
    idempotency_key: 'k',
    request_digest: digest,
    request: { blob: `sha256:${digest}` },
  },
  'plan.generated': {
    plan_digest: digest,
    plan: { blob: `sha256:${digest}` },
    operations: 1,
    would_ship: 1,
    would_not_ship: 0,
    facts_digest: digest,
  },
  'plan.rejected': { code: 'request_invalid', faults: [{ path: 'mode', message: 'is wrong' }] },
  'operation.planned': {
    operation_id: 'tag',
    operation_kind: 'tag_repo',
    operation_digest: digest,
    operation: { blob: `sha256:${digest}` },
    plan_digest: digest,
    depends_on: [],
    blocked_by_mode: false,
  },
  'operation.blocked': { operation_id: 'tag', reason },
  'approval.requested': {
    request_id: ulid,
    plan_digest: digest,
    operation_ids: ['tag'],
    needs: [{ policy_id: 'two-people', approvals: 2, group: 'release-managers' }],
    reasons: [reason],
    expires_at: '2026-02-01T12:00:00.000Z',
  },
  'approval.counted': { plan_digest: digest, policy_digest: digest, operation_ids: ['tag'] },
  'approval.granted': { approval },
  'approval.denied': { approval: { ...approval, verdict: 'deny', reason: 'not today' } },
  'approval.withdrawn': { approval: { ...approval, verdict: 'withdraw', withdraws: ulid } },
  'evidence.recorded': {
    evidence: {
      version: 1,
      evidence_id: ulid,
      issuer: 'ci',
      key_id: 'ci-1',
      kind: 'ci.result',
      value: 'passed',
      run_id: runId,
      plan_digest: digest,
      environment: 'test',
      issued_at: time,
      expires_at: '2026-01-31T13:00:00.000Z',
      signature,
    },
  },
  'operation.authorized': {
    operation_id: 'tag',
    decision_id: ulid,
    policy_digest: digest,
    evidence_digest: digest,
    valid_until: time,
  },
  'receipt.issued': { receipt },
  'receipt.advised': {
    advisory: {
      advisory_id: ulid,
      ...binding,
      mode: 'prod',
      enforceable: false,
      ...authority,
      reasons: [reason],
      key_id: 'mint',
      signatures: { ed25519: signature },
    },
  },
  'receipt.expired': { receipt_id: receipt.receipt_id, reason },
  'receipt.revoked': {
    receipt_id: receipt.receipt_id,
    reason,
    command: command({
      kind: 'revoke_receipt',
      run_id: runId,
      operation_id: 'tag',
      receipt_id: receipt.receipt_id,
    }),
  },
  'operation.started': lease,
  'operation.resumed': { ...lease, reason: 'lease renewed' },
  'operation.held': { operation_id: 'tag', receipt_id: receipt.receipt_id, check: 'acknowledged', reason },
  'operation.retried': {
    operation_id: 'tag',
    execution_id: ulid,
    attempt: 1,
    error_code: 'timeout',
    error_message: 'No answer.',
  },
  'operation.succeeded': outcome,
  'operation.failed': outcome,
  'operation.refused': { check: 'mode', reason, audit },
  'operation.uncertain': { ...outcome, reason },
  'reconcile.requested': { operation_id: 'tag', command: reconcile },
  'operation.reconciled': {
    operation_id: 'tag',
    execution_id: ulid,
    found: 'effect',
    by: 'look_up',
    command: reconcile,
    audit,
  },
  'operation.redriven': {
    operation_id: 'tag',
    command_id: ulid,
    previous_receipt_id: receipt.receipt_id,
    reason: 'GitHub is back',
  },
  'effect.drifted': {
    operation_id: 'tag',
    drift: 'edited',
    differs: ['message'],
    remote_id: 'refs/tags/v1',
    observed_digest: digest,
  },
  'effect.restored': { operation_id: 'tag', remote_id: 'refs/tags/v1' },
  'operation.skipped': { operation_id: 'tag', reason },
  'run.cancel_requested': { principal: 'ci', reason: 'enough' },
  'run.redriven': {
    principal: 'ops',
    command: command({ kind: 'redrive', run_id: runId, operations: ['tag'] }),
  },
  'blob.erased': { run_id: runId, principal: 'ops', command: command({ kind: 'erase', run_id: runId }) },
  'redrive.taken': { command_id: ulid, operations: 1 },
  'run.stalled': { waiting_for: ['tag'], sweeps: 1 },
  'run.completed': { status: 'completed', succeeded: 1, failed: 0, blocked: 0, skipped: 0, uncertain: 0 },
  'gate.refused': {
    check: 'mode',
    job_digest: digest,
    reason,
    claimed_run_id: null,
    claimed_operation_id: null,
    claimed_receipt_id: null,
  },
  'access.refused': {
    code: 'forbidden',
    operation: 'freeze',
    principal: 'ci',
    api_key_id: '0123456789abcdef',
    refusals: 3,
    since: time,
  },
  'effect.unreceipted': {
    repository: 'acme/widgets',
    operation_kind: 'publish_release',
    remote_id: '7',
    url: 'https://github.test/acme/widgets/releases/tag/v1',
    marker: 'none',
    created_at: time,
  },
  'system.frozen': frozen,
  'system.unfrozen': {
    ...scopes,
    command: command({ kind: 'unfreeze', scopes: scopes.scopes, freezes: [ulid] }, 'eve'),
  },
  'service.started': { service: 'publisher', instance: ulid },
  'key.added': {
    key: {
      key_id: 'alice-1',
      purpose: 'approver',
      principal: 'alice',
      groups: ['release-managers'],
      algorithm: 'ed25519',
      public_key: `${'A'.repeat(43)}=`,
      not_before: time,
      revoked_at: null,
    },
  },
  'key.rotated': { key_id: 'mint-1', replaced_by: 'mint-2', not_after: time },
  'key.revoked': { key_id: 'alice-1', revoked_at: time, reason: 'lost' },
  'policy.loaded': { policy_digest: digest, previous_digest: null, policies: 3 },
  'epoch.opened': { epoch: 1, term: 1, reason: 'first' },
  'minting.stopped': { place: 'ledger', free_bytes: 1_000, reserve_bytes: 2_000, reason: 'no room' },
  'minting.resumed': { place: 'ledger', free_bytes: 9_000, reserve_bytes: 2_000, reason: 'room again' },
  'stream.quarantined': { stream: 'system', seq: 0, reason: 'forged', evidence_digest: digest },
};

/** An event of a type, where it may stand and said by who may say it. */
export function eventOf(
  type: EventType,
  seq = 1,
  over: { data?: object; time?: string } = {},
): MarketOpsEvent {
  const { stream: kind, emitters } = vocabulary[type];
  const system = kind === 'system';
  const stream = { run: `run/${runId}`, op: `op/${runId}/tag`, system: 'system' }[kind];
  return {
    id: ulid,
    stream,
    seq,
    type,
    version: 1,
    tenant_id: system ? null : 'acme',
    run_id: system ? null : runId,
    mode: system ? null : 'prod',
    actor: emitters[0],
    time: over.time ?? time,
    causation_id: null,
    correlation_id: null,
    data: { ...examples[type], ...over.data },
    // The table pairs type and data; the union cannot express that pairing.
  } as MarketOpsEvent;
}
