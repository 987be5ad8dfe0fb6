import type { ApiGrant, ApiRole } from '@marketops/operator/api-keys';
import { ConsoleError } from '../errors.js';
import { type OperationName, type Permission, permissions } from './permissions.js';

/** Which tenants something is allowed for. */
export type Tenants = 'all' | readonly string[];

/** Whoever asks, known by a key or a session. */
export interface Caller {
  readonly kind: 'api_key' | 'person';
  /** Of the key, or of the session: what limits count by and audit events name. No secret. */
  readonly id: string;
  readonly principal: string;
  readonly name: string;
  readonly grants: readonly ApiGrant[];
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
  /** True where a browser sends the proof along by itself, whoever made it ask. */
  readonly byCookie: boolean;
}

/** The tenants for which the caller has one of these roles. */
export function tenantsWith({ grants }: Caller, roles: readonly ApiRole[]): Tenants {
  const fitting = grants.filter((grant) => grant.roles.some((role) => roles.includes(role)));
  if (fitting.some(({ tenants }) => tenants === 'all')) return 'all';
  return [...new Set(fitting.flatMap(({ tenants }) => tenants as readonly string[]))];
}

export const covers = (tenants: Tenants, tenantId: string | null): boolean =>
  tenants === 'all' || (tenantId !== null && tenants.includes(tenantId));

/** What a caller was found to be allowed before its operation began. */
export interface Allowed {
  readonly caller: Caller;
  readonly operation: OperationName;
  /** For which the operation itself may be done. */
  readonly tenants: Tenants;
  /** Whose things may be seen at all. */
  readonly visible: Tenants;
}

const everyRole: readonly ApiRole[] = ['submitter', 'approver', 'operator', 'auditor', 'admin'];

/** As far as can be said before it is known whose thing it is. @throws ConsoleError `forbidden` */
export function allow(caller: Caller, operation: OperationName): Allowed {
  const { reach, roles }: Permission = permissions[operation];
  const visible = tenantsWith(caller, everyRole);
  const allowed = { caller, operation, visible };
  if (reach === 'public' || reach === 'signed_in') return { ...allowed, tenants: visible };
  const tenants = tenantsWith(caller, roles);
  const enough = reach === 'every_tenant' ? tenants === 'all' : tenants === 'all' || tenants.length > 0;
  if (!enough) throw forbidden(allowed, reach === 'every_tenant' ? 'every tenant' : 'any tenant');
  return { ...allowed, tenants };
}

/** For the thing of a tenant that the caller can see. @throws ConsoleError `forbidden` */
export function demand(allowed: Allowed, tenantId: string): void {
  if (!covers(allowed.tenants, tenantId)) throw forbidden(allowed, `tenant ${tenantId}`);
}

/** For what concerns all of them. @throws ConsoleError `forbidden` */
export function demandEvery(allowed: Allowed): void {
  if (allowed.tenants !== 'all') throw forbidden(allowed, 'every tenant');
}

function forbidden(
  { caller, operation }: Pick<Allowed, 'caller' | 'operation'>,
  where: string,
): ConsoleError {
  const { roles } = permissions[operation] as Permission;
  return new ConsoleError(
    'forbidden',
    `${caller.principal} may not do this for ${where}: it takes the role ${roles.join(' or ')}`,
    { next: 'Ask an admin for a key or a grant with that role.' },
  );
}
