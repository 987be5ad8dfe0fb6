import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Digest, PrincipalId, TenantId, Time } from '@marketops/contracts';
import { z } from 'zod';

/** What somebody may do at the HTTP API. No role contains another. */
export const apiRoles = ['submitter', 'approver', 'operator', 'auditor', 'admin'] as const;
export type ApiRole = (typeof apiRoles)[number];

/** `all`: every tenant there is or will be. */
export const ApiGrant = z.strictObject({
  tenants: z.union([z.literal('all'), z.array(TenantId).min(1).max(1_000)]),
  roles: z.array(z.enum(apiRoles)).min(1).max(apiRoles.length),
});
export type ApiGrant = z.infer<typeof ApiGrant>;

/** As it stands on the disk: of its secret only the digest. */
export const StoredApiKey = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9]{16}$/),
  name: z.string().min(1).max(100),
  /** In whose name it asks: runs are this principal’s, and words that it carries must be signed by this principal. */
  principal: PrincipalId,
  grants: z.array(ApiGrant).min(1).max(10),
  /** SHA-256. The secret has 256 random bits, so there is nothing to guess and no need of a slow hash. */
  secret_sha256: Digest,
  created_at: Time,
  created_by: PrincipalId,
  expires_at: Time,
  revoked_at: Time.nullable(),
});
export type StoredApiKey = z.infer<typeof StoredApiKey>;

const form = /^mo_([a-z0-9]{16})_([A-Za-z0-9_-]{43})$/;

/** A key with its secret, which nobody can be shown again. */
export interface NewApiKey {
  readonly stored: StoredApiKey;
  readonly secret: string;
}

/** @param nowMs epoch milliseconds */
export function makeApiKey(
  asked: Pick<StoredApiKey, 'name' | 'principal' | 'grants' | 'created_by'>,
  { nowMs, lifeMs }: { readonly nowMs: number; readonly lifeMs: number },
): NewApiKey {
  const id = randomBytes(8).toString('hex');
  const own = randomBytes(32).toString('base64url');
  const stored: StoredApiKey = {
    version: 1,
    id,
    ...asked,
    secret_sha256: digestOf(own),
    created_at: new Date(nowMs).toISOString(),
    expires_at: new Date(nowMs + lifeMs).toISOString(),
    revoked_at: null,
  };
  return { stored, secret: `mo_${id}_${own}` };
}

/** The two parts of a key as it was presented; undefined for what can be none. */
export function readApiKey(text: string): { readonly id: string; readonly own: string } | undefined {
  const [, id, own] = form.exec(text) ?? [];
  return id === undefined || own === undefined ? undefined : { id, own };
}

/** Whether what was presented is this key’s secret; compared in constant time. */
export const isSecretOf = (key: StoredApiKey, own: string): boolean =>
  timingSafeEqual(Buffer.from(digestOf(own), 'hex'), Buffer.from(key.secret_sha256, 'hex'));

const digestOf = (own: string): string => createHash('sha256').update(own).digest('hex');

/** Whether a key counts at that time, and why not. */
export function apiKeyState(
  key: Pick<StoredApiKey, 'revoked_at' | 'expires_at'>,
  nowMs: number,
): 'good' | 'expired' | 'revoked' {
  if (key.revoked_at !== null) return 'revoked';
  return Date.parse(key.expires_at) <= nowMs ? 'expired' : 'good';
}
