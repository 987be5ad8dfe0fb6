import type { Repository } from '@marketops/contracts';
import { InvariantError, RepositoryFullName } from '@marketops/contracts';
import type { Discovery } from './discovery.js';

/** One discovery over many: each question goes to the one that may read the repository it is about. */
export function discoveryByOwner(
  discoveryFor: (owner: string, name: string) => Discovery | undefined,
): Discovery {
  const of = ({ owner, name }: Repository): Discovery => {
    const found = discoveryFor(owner, name);
    // What has been found before was found with the same token.
    if (found === undefined) throw new InvariantError(`Nothing reads ${owner}/${name}, which has been read.`);
    return found;
  };
  return {
    async repository(fullName) {
      const [owner = '', name = ''] = fullName.split('/');
      const discovery = RepositoryFullName.safeParse(fullName).success
        ? discoveryFor(owner, name)
        : undefined;
      return discovery === undefined ? { fault: unreadable(fullName) } : discovery.repository(fullName);
    },
    commit: async (at, revision) => of(at).commit(at, revision),
    tag: async (at, tagName) => of(at).tag(at, tagName),
    branch: async (at, name) => of(at).branch(at, name),
    releases: async (at) => of(at).releases(at),
    asset: async (at, releaseId, name) => of(at).asset(at, releaseId, name),
    latestTag: async (at) => of(at).latestTag(at),
    related: async (at, base, head) => of(at).related(at, base, head),
    label: async (at, name) => of(at).label(at, name),
    collaborator: async (at, login) => of(at).collaborator(at, login),
    changes: async (at, range) => of(at).changes(at, range),
  };
}

const unreadable = (fullName: string): string =>
  `${fullName.slice(0, 200)} is of no account in marketops.yml, and the planner has no GITHUB_READ_TOKEN for others.`;
