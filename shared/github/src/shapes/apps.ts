import { z } from 'zod';
import { Id, Time } from './values.js';

/** An App's level for one kind of thing; each includes those before it. */
export const permissionLevels = ['read', 'write', 'admin'] as const;
export type PermissionLevel = (typeof permissionLevels)[number];

/** By GitHub's names: `{ contents: 'write', pull_requests: 'write' }`. */
export type Permissions = Readonly<Record<string, PermissionLevel>>;

const PermissionsShape = z.record(z.string().min(1).max(1_000), z.enum(permissionLevels));

export const InstallationShape = z.object({ id: Id, suspended_at: Time.nullish() });

export const InstallationTokenShape = z
  .object({
    token: z.string(),
    expires_at: Time,
    permissions: PermissionsShape.optional(),
    repository_selection: z.enum(['all', 'selected']).optional(),
    repositories: z.array(z.object({ id: Id })).optional(),
  })
  .transform((one) => ({
    token: one.token,
    expiresAtMs: Date.parse(one.expires_at),
    permissions: one.permissions,
    selection: one.repository_selection,
    repositoryIds: one.repositories?.map(({ id }) => id),
  }));
export type InstallationToken = z.output<typeof InstallationTokenShape>;
