import type { Operation } from '@marketops/contracts';

/** What this publisher does at all: a second fence behind policy, from its own configuration. */
export interface AllowList {
  allows(operation: Operation): boolean;
}

export interface AllowListConfig {
  readonly accounts: Readonly<Record<string, unknown>>;
  readonly policy: Readonly<Partial<Record<Operation['kind'], { readonly repositories: readonly string[] }>>>;
}

/**
 * Accounts it holds a credential for, and for each kind the repositories that may see it. Default deny; names compare
 * without case, as GitHub's do.
 */
export function createAllowList({ accounts, policy }: AllowListConfig): AllowList {
  const owners = new Set(Object.keys(accounts).map((account) => account.toLowerCase()));
  return {
    allows({ kind, repository }) {
      const owner = repository.owner.toLowerCase();
      const name = repository.name.toLowerCase();
      const patterns = Object.hasOwn(policy, kind) ? (policy[kind]?.repositories ?? []) : [];
      return owners.has(owner) && patterns.some((pattern) => matches(pattern.toLowerCase(), owner, name));
    },
  };
}

/** A star stands for one whole name, so `acme/*` never reaches into `acme-evil/x`. */
function matches(pattern: string, owner: string, name: string): boolean {
  const [ownerPattern, namePattern] = pattern.split('/');
  return (ownerPattern === '*' || ownerPattern === owner) && (namePattern === '*' || namePattern === name);
}
