import type { GitHubReads } from './ports/reads.js';

/**
 * The reads of a client and nothing else, at run time too: the planner is given this, and has no way to a write
 * (law D2). Named one by one, so that a write added to the client cannot slip through.
 */
export function readsOnly(client: GitHubReads): GitHubReads {
  return Object.freeze({
    getRepository: client.getRepository,
    resolveCommit: client.resolveCommit,
    getTag: client.getTag,
    getBranch: client.getBranch,
    listReleases: client.listReleases,
    getRelease: client.getRelease,
    getLatestReleaseId: client.getLatestReleaseId,
    listAssets: client.listAssets,
    findPulls: client.findPulls,
    getPull: client.getPull,
  });
}
