import { type Role, roles } from './roles.js';

/**
 * Where the role is needed. `tenant`: for the tenant of what is named, or of each thing that is listed. `every_tenant`: for all of
 * them, because what is shown or done concerns all. `any_tenant`: for at least one. `signed_in`: no role at all. `public`: nobody
 * need be signed in.
 */
type Reach = 'tenant' | 'every_tenant' | 'any_tenant' | 'signed_in' | 'public';

export interface Permission {
  readonly reach: Reach;
  /** Any one of them suffices. */
  readonly roles: readonly Role[];
}

const readers = { reach: 'tenant', roles } as const;
const signedIn = { reach: 'signed_in', roles: [] } as const;
const open = { reach: 'public', roles: [] } as const;
const overseers = { reach: 'every_tenant', roles: ['operator', 'auditor', 'admin'] } as const;
const operators = { reach: 'tenant', roles: ['operator'] } as const;
const approvers = { reach: 'tenant', roles: ['approver'] } as const;
const admins = { reach: 'tenant', roles: ['admin'] } as const;

/** Who may call what: the one table. Every operation of the API stands in it, and a test asks each of them in every role. */
export const permissions = {
  getSignInMethods: open,
  signIn: open,
  signOut: open,
  getSession: signedIn,

  submitRun: { reach: 'tenant', roles: ['submitter'] },
  listRuns: readers,
  countRuns: readers,
  exportRuns: readers,
  followRuns: readers,
  getRun: readers,
  getPlan: readers,
  getRunLedger: readers,
  getAdvisories: readers,
  getTimeline: readers,
  getStates: readers,
  getProof: readers,
  followRun: readers,
  cancelRun: { reach: 'tenant', roles: ['submitter', 'operator'] },
  retryRun: { reach: 'tenant', roles: ['submitter'] },
  previewBulk: { reach: 'tenant', roles: ['submitter', 'operator'] },
  doBulk: { reach: 'tenant', roles: ['submitter', 'operator'] },

  listApprovals: readers,
  getRunApprovals: readers,
  prepareApproval: approvers,
  carryApproval: approvers,

  prepareCommand: { reach: 'any_tenant', roles: ['operator'] },
  listFreezes: signedIn,
  freeze: operators,
  unfreeze: operators,
  getInFlight: operators,
  getRedrivable: readers,
  redriveRun: operators,
  reconcileOperation: operators,
  revokeReceipt: operators,

  listReceipts: readers,
  getReceipt: readers,
  listDeadLetters: { reach: 'tenant', roles: ['operator', 'auditor', 'admin'] },
  getLimits: { reach: 'any_tenant', roles: ['operator', 'auditor', 'admin'] },
  getOverview: overseers,
  listKeys: signedIn,

  getLedger: signedIn,
  listLedgerEntries: { reach: 'tenant', roles: ['operator', 'auditor', 'admin'] },
  listJournal: overseers,
  readJournal: overseers,
  getCheckpoint: overseers,
  readTile: overseers,
  getKeyring: signedIn,

  listApiKeys: admins,
  createApiKey: admins,
  revokeApiKey: admins,
} as const satisfies Readonly<Record<string, Permission>>;

export type OperationName = keyof typeof permissions;

/** For the document; undefined where nobody need be signed in. */
export function permissionText(operation: OperationName): string | undefined {
  const { reach, roles: needed }: Permission = permissions[operation];
  if (reach === 'public') return undefined;
  if (reach === 'signed_in') return 'Whoever is signed in may.';
  const who = needed.length === roles.length ? 'any role' : `the role ${needed.join(' or ')}`;
  const where = {
    tenant: 'for the tenant concerned',
    every_tenant: 'for every tenant',
    any_tenant: 'for at least one tenant',
  }[reach];
  return `Takes ${who} ${where}.`;
}
