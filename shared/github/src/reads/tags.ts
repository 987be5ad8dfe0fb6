import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import { GitHubError } from '../errors.js';
import { checkedRef, repositoryParameters } from '../names.js';
import type { GitHubReads } from '../ports/reads.js';
import { RefShape, TagObjectShape } from '../shapes.js';

/** A tag of a tag of a tag is legal; a longer chain is nobody's honest work. */
const peelDepthMax = 5;

export function tagReads(api: Api): Pick<GitHubReads, 'getTag'> {
  return {
    getTag: async (at, tag) => {
      const repository = repositoryParameters(at);
      const ref = `tags/${checkedRef('tag', tag)}`;
      const asked = api.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...repository, ref });
      const isAbsence = ({ code }: GitHubError) => code === 'not_found' || code === 'conflict';
      const found = await orNull(api.decode(RefShape, asked), isAbsence);
      if (found === null) return null;
      // Older servers answered for every ref that begins with the text.
      if (found.ref !== `refs/${ref}`) {
        throw new GitHubError('invalid_response', `Asked for refs/${ref}, GitHub answered for another ref.`);
      }
      let object = found.object;
      let message: string | null = null;
      for (let depth = 0; object.type === 'tag'; depth += 1) {
        if (depth === peelDepthMax) {
          throw new GitHubError(
            'invalid_response',
            `Tag ${tag} is a chain of more than ${peelDepthMax} tags.`,
          );
        }
        const parameters = { ...repository, tag_sha: object.sha };
        const next = await api.decode(
          TagObjectShape,
          api.request('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', parameters),
        );
        message ??= next.message;
        object = next.object;
      }
      const annotated = found.object.type === 'tag';
      return { refSha: found.object.sha, peeledSha: object.sha, annotated, message };
    },
  };
}
