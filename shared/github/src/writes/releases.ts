import type { Api } from '../api.js';
import { answeredFor, checkedId, checkedRef, repositoryParameters } from '../names.js';
import type { GitHubWrites, NewRelease } from '../ports/writes.js';
import { ReleaseShape } from '../shapes/releases.js';

/** GitHub's names for what is given; what is not given stays away. */
function fieldsOf(release: Partial<NewRelease>) {
  const { tagName, targetCommitish, name, body, draft, prerelease, makeLatest } = release;
  return {
    ...(tagName === undefined ? {} : { tag_name: checkedRef('tag', tagName) }),
    ...(targetCommitish === undefined ? {} : { target_commitish: checkedRef('target', targetCommitish) }),
    ...(name === undefined ? {} : { name }),
    ...(body === undefined ? {} : { body }),
    ...(draft === undefined ? {} : { draft }),
    ...(prerelease === undefined ? {} : { prerelease }),
    ...(makeLatest === undefined ? {} : { make_latest: makeLatest }),
  };
}

export function releaseWrites(api: Api): Pick<GitHubWrites, 'createRelease' | 'updateRelease'> {
  return {
    createRelease: async (at, release) => {
      const parameters = {
        ...repositoryParameters(at),
        ...fieldsOf(release),
        tag_name: checkedRef('tag', release.tagName),
      };
      return api.decode(ReleaseShape, api.request('POST /repos/{owner}/{repo}/releases', parameters));
    },

    updateRelease: async (at, releaseId, changes) => {
      const release = { ...repositoryParameters(at), release_id: checkedId('release', releaseId) };
      const parameters = { ...release, ...fieldsOf(changes) };
      const asked = api.request('PATCH /repos/{owner}/{repo}/releases/{release_id}', parameters);
      const made = await api.decode(ReleaseShape, asked);
      return answeredFor('release', releaseId, made, ({ id }) => id, true);
    },
  };
}
