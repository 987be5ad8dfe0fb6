import type { Discovery } from '@marketops/planner';

const sha = 'c0ffee'.padEnd(40, '0');

/** GitHub's reads without GitHub: answers at once, the same for both sides of the benchmark. */
export const stubDiscovery: Discovery = {
  repository: async (fullName) => {
    const [owner = '', name = ''] = fullName.split('/');
    return Promise.resolve({ repository: { id: 1, owner, name }, default_branch: 'main', archived: false });
  },
  commit: async () => Promise.resolve(sha),
  tag: async () => Promise.resolve(null),
  branch: async () => Promise.resolve(sha),
  releases: async () => Promise.resolve(new Map()),
  asset: async () => Promise.resolve(null),
  latestTag: async () => Promise.resolve(null),
  related: async () => Promise.resolve(true),
  label: async () => Promise.resolve(true),
  collaborator: async () => Promise.resolve(true),
  changes: async () => Promise.resolve(null),
};
