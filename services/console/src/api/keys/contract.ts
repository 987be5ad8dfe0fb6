import { PrincipalId, TenantId } from '@marketops/contracts';
import { Role } from '../../access/roles.js';
import { body, json, operation, z } from '../define.js';
import { Grant } from '../session/contract.js';

const ApiKeyView = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    principal: z.string(),
    grants: z.array(Grant),
    created_at: z.string(),
    created_by: z.string(),
    expires_at: z.string(),
    revoked_at: z.string().nullable(),
    /** Since the console was started; null where it was not. */
    last_used_at: z.string().nullable(),
    state: z.enum(['good', 'expired', 'revoked']),
  })
  .openapi('ApiKey');

const KeyPath = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]{16}$/)
    .openapi({ param: { name: 'id', in: 'path' } }),
});

export const listApiKeys = operation({
  operationId: 'listApiKeys',
  method: 'get',
  path: '/v1/api-keys',
  tags: ['API keys'],
  summary: 'The keys of this API',
  description: 'Those that are for the caller’s tenants alone.',
  responses: {
    200: json('Without their secrets', z.strictObject({ keys: z.array(ApiKeyView) }).openapi('ApiKeys')),
  },
});

export const createApiKey = operation({
  operationId: 'createApiKey',
  method: 'post',
  path: '/v1/api-keys',
  tags: ['API keys'],
  summary: 'Make a key; its secret is shown this once',
  description: 'An admin gives out only what is for tenants of their own.',
  request: {
    body: body(
      z.strictObject({
        name: z
          .string()
          .min(1)
          .max(100)
          .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII'),
        principal: PrincipalId,
        tenants: z.union([z.literal('all'), z.array(TenantId).min(1).max(1_000)]),
        roles: z.array(Role).min(1).max(5),
        expires_in_days: z.int().min(1).max(366).default(90),
      }),
    ),
  },
  responses: {
    201: json(
      'Keep it: the server has only its digest',
      z.strictObject({ key: ApiKeyView, secret: z.string() }).openapi('NewApiKey'),
    ),
  },
});

export const revokeApiKey = operation({
  operationId: 'revokeApiKey',
  method: 'delete',
  path: '/v1/api-keys/{id}',
  tags: ['API keys'],
  summary: 'Revoke a key, at once and for good',
  request: { params: KeyPath },
  responses: { 200: json('The key', ApiKeyView) },
});
