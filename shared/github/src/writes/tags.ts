import type { Api } from '../api.js';
import { checkedRef, checkedSha, repositoryParameters } from '../names.js';
import type { GitHubWrites } from '../ports/writes.js';
import { RefShape, TagObjectShape } from '../shapes/repositories.js';

export function tagWrites(api: Api): Pick<GitHubWrites, 'createTagObject' | 'createRef'> {
  return {
    createTagObject: async (at, tag) => {
      const { message } = tag;
      const object = checkedSha(tag.commitSha);
      const name = checkedRef('tag', tag.tag);
      const fields = { tag: name, message, object, type: 'commit' } as const;
      const parameters = { ...repositoryParameters(at), ...fields };
      const asked = api.request('POST /repos/{owner}/{repo}/git/tags', parameters);
      return { sha: (await api.decode(TagObjectShape, asked)).sha };
    },

    createRef: async (at, ref, sha) => {
      const parameters = {
        ...repositoryParameters(at),
        ...{ ref: checkedRef('ref', ref), sha: checkedSha(sha) },
      };
      const made = await api.decode(RefShape, api.request('POST /repos/{owner}/{repo}/git/refs', parameters));
      return { ref: made.ref, sha: made.object.sha };
    },
  };
}
