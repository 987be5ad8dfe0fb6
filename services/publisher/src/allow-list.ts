import { matchesRepository, type Operation, repositoryFullName } from '@marketops/contracts';

/** What this publisher does at all: a second fence behind policy, from its own configuration. */
export interface AllowList {
  allows(operation: Operation): boolean;
}

export interface AllowListConfig {
  readonly accounts: Readonly<Record<string, unknown>>;
  readonly policy: Readonly<Partial<Record<Operation['kind'], { readonly repositories: readonly string[] }>>>;
}

/**
 * Accounts it holds a credential for, and for each kind the repositories that may see it. Default deny.
 */
export function createAllowList({ accounts, policy }: AllowListConfig): AllowList {
  const owners = new Set(Object.keys(accounts).map((account) => account.toLowerCase()));
  return {
    allows({ kind, repository }) {
      const fullName = repositoryFullName(repository);
      const patterns = Object.hasOwn(policy, kind) ? (policy[kind]?.repositories ?? []) : [];
      return (
        owners.has(repository.owner.toLowerCase()) && patterns.some((one) => matchesRepository(one, fullName))
      );
    },
  };
}
