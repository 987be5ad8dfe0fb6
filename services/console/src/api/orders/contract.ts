import {
  KeyId,
  OperatorAction,
  OperatorCommand,
  OperatorCommandClaims,
  Remark,
  Scope,
} from '@marketops/contracts';
import { KeyToSignWith, toSign } from '../approvals/contract.js';
import { body, json, named, operation, z } from '../define.js';
import { OperationPath, ReasonView, ReceiptPath, Recorded, RunPath } from '../shared.js';

const CommandBody = named('OperatorCommand', OperatorCommand);
const signed = (description: string) =>
  `${description} The order is signed by the operator’s own key, and the operator must be the caller: make its bytes with \`prepareCommand\`.`;

export const prepareCommand = operation({
  operationId: 'prepareCommand',
  method: 'post',
  path: '/v1/commands/to-sign',
  tags: ['Orders'],
  summary: 'The exact bytes of an order that an operator signs; nothing is ordered by it',
  description: 'An order counts for five minutes and once. For `unfreeze` the freezes seen are filled in.',
  request: {
    body: body(
      z.strictObject({ action: named('OperatorAction', OperatorAction), reason: Remark, key_id: KeyId }),
    ),
  },
  responses: {
    200: json(
      'What to sign',
      z
        .strictObject({
          claims: named('OperatorCommandClaims', OperatorCommandClaims),
          ...toSign,
          key: KeyToSignWith,
        })
        .openapi('CommandToSign'),
    ),
  },
});

const FreezeOrder = z
  .strictObject({ time: z.string(), principal: z.string(), reason: z.string(), event_id: z.string() })
  .openapi('FreezeOrder');

export const FrozenScopeView = z
  .strictObject({
    /** `all`, `tenant:<id>`, `account:<name>`, `repository:<owner>/<name>`, or `ledger:room`. */
    scope: z.string(),
    since: z.string().nullable(),
    frozen_by: z.array(FreezeOrder),
    control_keys: z.int(),
    control_reason: z.string().nullable(),
    /** Whether both sources say so; either suffices to stop everything in it. */
    agrees: z.boolean(),
  })
  .openapi('FrozenScope');

export const listFreezes = operation({
  operationId: 'listFreezes',
  method: 'get',
  path: '/v1/freezes',
  tags: ['Orders'],
  summary: 'What is frozen',
  description: 'Of tenants only the caller’s own.',
  responses: {
    200: json(
      'By the signed events and by the control keys',
      z
        .strictObject({
          freezes: z.array(FrozenScopeView),
          /** Orders to unfreeze that do not count. */
          refused_unfreezes: z.array(
            z.strictObject({ event_id: z.string(), scopes: z.array(z.string()), reason: z.string() }),
          ),
        })
        .openapi('Freezes'),
    ),
  },
});

const InFlightView = z
  .strictObject({
    run_id: z.string(),
    operation_id: z.string(),
    tenant_id: z.string(),
    execution_id: z.string(),
    started_at: z.string(),
    lease_until: z.string(),
  })
  .openapi('InFlight');

const inFlight = { in_flight: z.array(InFlightView), in_flight_complete: z.boolean() };

export const getInFlight = operation({
  operationId: 'getInFlight',
  method: 'get',
  path: '/v1/in-flight',
  tags: ['Orders'],
  summary: 'Effects of a scope that have started and not ended: a freeze does not stop these',
  request: { query: z.strictObject({ scope: Scope.default('all') }) },
  responses: { 200: json('Those under way', z.strictObject(inFlight).openapi('InFlightList')) },
});

export const freeze = operation({
  operationId: 'freeze',
  method: 'post',
  path: '/v1/freezes',
  tags: ['Orders'],
  summary: 'Stop all minting and all new effects in a scope, at once',
  description: signed('One scope per order.'),
  request: { body: body(CommandBody) },
  responses: {
    201: json(
      'It is frozen, and the ledger has it',
      z.strictObject({ scope: z.string(), event: Recorded, ...inFlight }).openapi('Frozen'),
    ),
  },
});

export const unfreeze = operation({
  operationId: 'unfreeze',
  method: 'post',
  path: '/v1/unfreezes',
  tags: ['Orders'],
  summary: 'Lift a freeze: takes a second person',
  description: signed('One scope per order.'),
  request: { body: body(CommandBody) },
  responses: {
    201: json(
      'It is lifted',
      z
        .strictObject({ scope: z.string(), event: Recorded, still_frozen: z.array(z.string()) })
        .openapi('Unfrozen'),
    ),
  },
});

export const getRedrivable = operation({
  operationId: 'getRedrivable',
  method: 'get',
  path: '/v1/runs/{run_id}/redrive',
  tags: ['Orders'],
  summary: 'Which operations of an ended run could be tried again',
  request: { params: RunPath },
  responses: {
    200: json(
      'And why not the others',
      z
        .strictObject({
          eligible: z.array(z.string()),
          refused: z.array(z.strictObject({ operation_id: z.string(), reason: ReasonView })),
          /** Why nothing of it can be; null where something can. */
          why: ReasonView.nullable(),
        })
        .openapi('Redrivable'),
    ),
  },
});

export const redriveRun = operation({
  operationId: 'redriveRun',
  method: 'post',
  path: '/v1/runs/{run_id}/redrive',
  tags: ['Orders'],
  summary: 'Try operations of an ended run again, with new authority',
  description: signed(''),
  request: { params: RunPath, body: body(CommandBody) },
  responses: { 202: json('The planner takes it from here', Recorded) },
});

export const reconcileOperation = operation({
  operationId: 'reconcileOperation',
  method: 'post',
  path: '/v1/runs/{run_id}/operations/{operation_id}/reconcile',
  tags: ['Orders'],
  summary: 'Find out, or say, what became of an uncertain operation',
  description: signed(''),
  request: { params: OperationPath, body: body(CommandBody) },
  responses: { 202: json('The publisher takes it from here', Recorded) },
});

export const revokeReceipt = operation({
  operationId: 'revokeReceipt',
  method: 'post',
  path: '/v1/receipts/{receipt_id}/revoke',
  tags: ['Receipts'],
  summary: 'Take back a receipt that nobody has used',
  description: signed(''),
  request: { params: ReceiptPath, body: body(CommandBody) },
  responses: {
    202: json(
      'Federation decides it',
      z.strictObject({ receipt_id: z.string(), state: z.string() }).openapi('Revoked'),
    ),
  },
});
