import { z } from '@hono/zod-openapi';

/**
 * What somebody may do for a tenant. No role contains another: who may approve cannot submit unless that was said too.
 * `submitter` asks for runs; `approver` carries signed words on plans; `operator` stops, opens again and reconciles; `auditor`
 * reads the ledger itself; `admin` gives out keys of the API. Each of them may read the runs of its tenants.
 */
export const Role = z.enum(['submitter', 'approver', 'operator', 'auditor', 'admin']).openapi('Role');
export type Role = z.infer<typeof Role>;
export const roles = Role.options;
