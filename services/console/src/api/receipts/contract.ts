import { Receipt, ReceiptId, RunId } from '@marketops/contracts';
import { json, named, operation, pageLimit, z } from '../define.js';
import { Place } from '../place.js';
import { CheckView, GateCheckView } from '../runs/detail.js';
import { KindView } from '../runs/rows.js';
import { ReasonView, ReceiptPath } from '../shared.js';

const ReceiptState = z
  .enum(['issued', 'consumed', 'expired', 'revoked', 'superseded'])
  .openapi('ReceiptState');

const ReceiptRow = z
  .strictObject({
    receipt_id: z.string(),
    state: ReceiptState,
    run_id: z.string(),
    tenant_id: z.string(),
    operation_id: z.string(),
    operation_kind: KindView,
    repository: z.string().nullable(),
    issued_at: z.string(),
    expires_at: z.string(),
    consumed_at: z.string().nullable(),
    expired_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
    supersedes: z.string().nullable(),
    superseded_by: z.string().nullable(),
    key_id: z.string(),
    epoch: z.int(),
    ledger_sequence: z.int().nullable(),
  })
  .openapi('ReceiptRow');

export const listReceipts = operation({
  operationId: 'listReceipts',
  method: 'get',
  path: '/v1/receipts',
  tags: ['Receipts'],
  summary: 'Receipts of the caller’s tenants, those of the newest runs first',
  request: {
    query: z.strictObject({
      run_id: RunId.optional(),
      state: ReceiptState.optional(),
      repository: z.string().max(140).optional(),
      limit: pageLimit(200, 50),
      after: z.union([Place, ReceiptId]).optional(),
    }),
  },
  responses: {
    200: json(
      'A page',
      z.strictObject({ receipts: z.array(ReceiptRow), next: z.string().nullable() }).openapi('ReceiptPage'),
    ),
  },
});

const Placed = z.strictObject({ time: z.string(), ledger_sequence: z.int().nullable() });

export const getReceipt = operation({
  operationId: 'getReceipt',
  method: 'get',
  path: '/v1/receipts/{receipt_id}',
  tags: ['Receipts'],
  summary: 'One receipt: what became of it, who approved it, and the twelve checks',
  request: { params: ReceiptPath },
  responses: {
    200: json(
      'The receipt',
      z
        .strictObject({
          receipt: named('Receipt', Receipt),
          state: ReceiptState,
          operation: z.record(z.string(), z.unknown()).nullable(),
          requested_by: z.string().nullable(),
          approvals: z.array(
            z.strictObject({
              said: z.enum(['granted', 'denied', 'withdrawn']),
              approver: z.string(),
              approval_id: z.string(),
              key_id: z.string(),
              time: z.string(),
              fault: z.string().nullable(),
            }),
          ),
          issued: Placed,
          consumed: Placed.extend({ execution_id: z.string() }).nullable(),
          expired: Placed.extend({ reason: ReasonView }).nullable(),
          revoked: Placed.extend({ principal: z.string().nullable(), reason: z.string() }).nullable(),
          superseded_by: z.string().nullable(),
          checks: z.array(
            z.strictObject({
              number: z.int(),
              check: GateCheckView,
              at_start: CheckView.nullable(),
              now: CheckView,
            }),
          ),
        })
        .openapi('ReceiptDetail'),
    ),
  },
});
