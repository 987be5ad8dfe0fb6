import { matchesRepository, type Operation, OperationKind, repositoryFullName } from '@marketops/contracts';

/** What this publisher does at all: a second fence behind policy, from its own configuration. */
export interface AllowList {
  allows(operation: Operation): boolean;
}

type Kind = Operation['kind'];

/** The part of marketops.yml it is made of. */
export interface AllowListConfig {
  readonly accounts: Readonly<Record<string, unknown>>;
  readonly publisher: { readonly accounts?: Readonly<Record<string, Fence>> | undefined };
}

/** What is done for one account; what is absent is not limited. */
interface Fence {
  readonly kinds?: readonly Kind[] | undefined;
  readonly repositories?: readonly string[] | undefined;
  readonly starts_per_hour?: number | undefined;
}

/**
 * Accounts it holds a credential for. Where the publisher's own section names accounts, only those, with the kinds and the
 * repositories it names: that stands even against federation.
 */
export function createAllowList({ accounts, publisher }: AllowListConfig): AllowList {
  const owners = new Set(Object.keys(accounts).map((account) => account.toLowerCase()));
  const named = Object.entries(publisher.accounts ?? {});
  const fences = new Map(named.map(([account, fence]) => [account.toLowerCase(), fence]));
  const fenceOf = (owner: string): Fence | undefined => {
    if (!owners.has(owner)) return undefined;
    return publisher.accounts === undefined ? {} : fences.get(owner);
  };
  return {
    allows({ kind, repository }) {
      const fence = fenceOf(repository.owner.toLowerCase());
      if (fence === undefined) return false;
      const { kinds = OperationKind.options, repositories = ['*/*'] } = fence;
      const fullName = repositoryFullName(repository);
      return kinds.includes(kind) && repositories.some((one) => matchesRepository(one, fullName));
    },
  };
}

/** Account in lower case → how many operations it may start within an hour, for those that have a cap. */
export const startCapsOf = ({ publisher }: Pick<AllowListConfig, 'publisher'>): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(publisher.accounts ?? {}).flatMap(([account, { starts_per_hour: cap }]) =>
      cap === undefined ? [] : [[account.toLowerCase(), cap] as const],
    ),
  );
