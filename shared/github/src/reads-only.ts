import type { GitHubReads } from './ports/reads.js';

/**
 * The reads of a client and nothing else, at run time too: the planner is given this, and has no way to a write
 * (law D2). Named one by one, so that a write added to the client cannot slip through.
 */
export function readsOnly(client: GitHubReads): GitHubReads {
  return Object.freeze({
    getRepository: client.getRepository,
    getRepositoryById: client.getRepositoryById,
    resolveCommit: client.resolveCommit,
    compareCommits: client.compareCommits,
    getTag: client.getTag,
    listTags: client.listTags,
    listRefs: client.listRefs,
    getBranch: client.getBranch,
    listReleases: client.listReleases,
    getRelease: client.getRelease,
    getLatestRelease: client.getLatestRelease,
    getLatestReleaseId: client.getLatestReleaseId,
    listAssets: client.listAssets,
    findPulls: client.findPulls,
    getPull: client.getPull,
    listPulls: client.listPulls,
    listMergedPulls: client.listMergedPulls,
    listRequestedReviewers: client.listRequestedReviewers,
    listReviews: client.listReviews,
    getLabel: client.getLabel,
    isCollaborator: client.isCollaborator,
    getRateLimit: client.getRateLimit,
  });
}
