import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import { GitHubError } from '../errors.js';
import { checkedId, checkedRef, repositoryParameters } from '../names.js';
import type { GitHubReads } from '../ports/reads.js';
import { BranchShape, CommitShaShape, RepositoryShape } from '../shapes/repositories.js';

type RepositoryReads = Pick<
  GitHubReads,
  'getRepository' | 'getRepositoryById' | 'resolveCommit' | 'getBranch'
>;

export function repositoryReads(api: Api): RepositoryReads {
  return {
    getRepository: async (owner, name) => {
      const parameters = repositoryParameters({ owner, name });
      return api.decode(RepositoryShape, api.request('GET /repos/{owner}/{repo}', parameters));
    },

    getRepositoryById: async (id) => {
      // Not in GitHub's description, but where its redirects of renamed repositories lead.
      const asked = api.request('GET /repositories/{id}', { id: checkedId('repository', id) });
      const found = await orNull(api.decode(RepositoryShape, asked));
      if (found !== null && found.id !== id) {
        throw new GitHubError('invalid_response', `Asked for repository ${id}, answered for ${found.id}.`);
      }
      return found;
    },

    resolveCommit: async (repository, ref) => {
      const parameters = { ...repositoryParameters(repository), ref: checkedRef('ref', ref) };
      // Only the SHA: a commit in full lists its files, megabytes of them for a large one.
      const headers = { accept: 'application/vnd.github.sha' };
      const asked = api.request('GET /repos/{owner}/{repo}/commits/{ref}', { ...parameters, headers });
      // An unknown ref is a 422 here, and an empty repository a 409; a 404 is about the repository.
      return orNull(
        api.decode(CommitShaShape, asked),
        ({ status, message }) => status === 409 || (status === 422 && /no commit found/i.test(message)),
      );
    },

    getBranch: async (repository, branch) => {
      const parameters = { ...repositoryParameters(repository), branch: checkedRef('branch', branch) };
      const asked = api.request('GET /repos/{owner}/{repo}/branches/{branch}', parameters);
      const found = await orNull(api.decode(BranchShape, asked));
      return found === null ? null : { sha: found.commit.sha };
    },
  };
}
