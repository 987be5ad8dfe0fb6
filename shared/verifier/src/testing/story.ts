import { operationStream, type ReceiptClaims, runStream } from '@marketops/contracts';
import { signReceipt } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { type JournalMaker, ulid } from './journal-maker.js';

export const testRunId = (number: number): string => `run_${String(number).padStart(26, '0')}`;
const digest = (seed: string): string => nodeCrypto.sha256Hex(seed);
const later = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();

/** One operation of one run, with every word that may be said of it; each can be said wrongly. */
export function operation(maker: JournalMaker, run: number, operationId = 'tag') {
  const runId = testRunId(run);
  const stream = operationStream(runId, operationId);
  const reason = { code: 'policy_forbids', message: 'The policy forbids it.', remedy: 'Ask its owner.' };
  const planned = {
    operation_id: operationId,
    operation_kind: 'tag_repo' as const,
    operation_digest: digest(`operation ${run} ${operationId}`),
    operation: { blob: digest('operation') },
    plan_digest: digest(`plan ${run}`),
    depends_on: [],
    blocked_by_mode: false,
  };
  const decision = {
    decision_id: ulid(),
    policy_digest: digest('policy'),
    evidence_digest: digest('evidence'),
  };
  const execution = ulid();
  const claims = (more: Partial<ReceiptClaims> = {}): ReceiptClaims => ({
    ...{ receipt_id: `rcp_${ulid()}`, run_id: runId, operation_id: operationId },
    ...{ operation_kind: 'tag_repo', operation_digest: planned.operation_digest },
    ...{ plan_digest: planned.plan_digest, tenant_id: 'acme', mode: 'prod', enforceable: true },
    issuer: 'federation',
    audience: { environment: 'test', api_origin: 'https://api.github.com', log_origin: 'ledger.test/log' },
    ...{ epoch: 1, ...decision, issued_at: maker.now, not_before: maker.now },
    ...{ expires_at: later(maker.now, 3_600_000), key_id: maker.keys.mint.keyId, hmac_key_id: 'hmac-1' },
    ...more,
  });
  const receiptOf = (more: Partial<ReceiptClaims> = {}, by = maker.keys.mint) =>
    signReceipt(
      nodeCrypto,
      { ...claims(more), key_id: by.keyId },
      { ed25519: by.key, hmac: maker.keys.hmac },
    );
  const receipt = receiptOf();
  const audit = (receiptId: string) => ({
    ...{ operation_id: operationId, run_id: runId, operation_kind: 'tag_repo', receipt_id: receiptId },
    ...{ repository: 'acme/widgets', status: 'success', mode: 'prod', started_at: maker.now },
    ...{ completed_at: maker.now, result: null, error_message: null, error_code: null },
    ...{ github_response: null, retry_count: 0 },
  });
  return {
    runId,
    stream,
    receipt,
    receiptOf,
    execution,
    planned: (more: object = {}) => ({ type: 'operation.planned', data: { ...planned, ...more } }),
    authorized: (more: object = {}) => ({
      type: 'operation.authorized',
      data: { operation_id: operationId, ...decision, valid_until: later(maker.now, 86_400_000), ...more },
    }),
    issued: (one: object = receipt) => ({ type: 'receipt.issued', data: { receipt: one } }),
    expired: (one = receipt) => ({ type: 'receipt.expired', data: { receipt_id: one.receipt_id, reason } }),
    revoked: (one = receipt) => ({
      type: 'receipt.revoked',
      data: { receipt_id: one.receipt_id, reason, command: null },
    }),
    started: (one: { receipt_id: string } = receipt, more: object = {}) => ({
      type: 'operation.started',
      data: {
        ...{ operation_id: operationId, receipt_id: one.receipt_id, execution_id: execution },
        ...{ lease_until: later(maker.now, 30_000), ...more },
      },
    }),
    ended: (type = 'operation.succeeded', one: { receipt_id: string } = receipt, more: object = {}) => ({
      type,
      data: { execution_id: execution, audit: audit(one.receipt_id), ...more },
    }),
    redriven: () => ({
      type: 'operation.redriven',
      data: { operation_id: operationId, command_id: ulid(), previous_receipt_id: null, reason: 'again' },
    }),
    skipped: () => ({ type: 'operation.skipped', data: { operation_id: operationId, reason } }),
  };
}

/** A run of one operation from its plan to its end, in the batches in which a system would say it. */
export function wholeRun(maker: JournalMaker, run: number): void {
  const { stream, runId, ...the } = operation(maker, run);
  const run$ = runStream(runId);
  maker.say('planner', run$, [
    {
      type: 'plan.requested',
      data: { principal: 'ci', idempotency_key: `run-${run}`, request_digest: digest('r') },
    },
  ]);
  maker.say('planner', run$, [
    { type: 'plan.generated', data: { plan_digest: digest(`plan ${run}`), operations: 1 } },
  ]);
  maker.say('planner', stream, [the.planned()]);
  maker.say('federation', stream, [the.authorized(), the.issued()]);
  maker.say('publisher', stream, [the.started()]);
  maker.say('publisher', stream, [the.ended()]);
  maker.say('planner', run$, [{ type: 'run.completed', data: { status: 'completed', succeeded: 1 } }]);
}
