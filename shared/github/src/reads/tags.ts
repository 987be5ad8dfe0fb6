import { z } from 'zod';
import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import { GitHubError } from '../errors.js';
import { checkedBeginning, checkedRef, repositoryParameters } from '../names.js';
import { allPages, perPage } from '../pages.js';
import type { GitHubReads } from '../ports/reads.js';
import { NamedTagShape, RefShape, TagObjectShape } from '../shapes/repositories.js';

/** A tag of a tag of a tag is legal; a longer chain is nobody's honest work, and is followed no further. */
const peelDepthMax = 5;

const NamedTags = z.array(NamedTagShape).max(perPage);
const Refs = z.array(RefShape).max(10_000);

export function tagReads(api: Api): Pick<GitHubReads, 'getTag' | 'listTags' | 'listRefs'> {
  return {
    listTags: (at) => {
      const fetchPage = (page: number, size: number) => {
        const parameters = { ...repositoryParameters(at), per_page: size, page };
        return api.decodePage(NamedTags, api.request('GET /repos/{owner}/{repo}/tags', parameters));
      };
      return allPages(`The tags of ${at.owner}/${at.name}`, fetchPage, ({ name }) => name);
    },

    listRefs: async (at, beginning) => {
      const parameters = { ...repositoryParameters(at), ref: checkedBeginning(beginning) };
      const asked = api.request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', parameters);
      const found = await orNull(api.decodePage(Refs, asked), ({ code }) => code === 'conflict');
      if (found?.more === true) {
        throw new GitHubError('response_too_large', `The refs below ${beginning} fill more than one page.`);
      }
      return (found?.items ?? [])
        .filter(({ ref }) => ref.startsWith(`refs/${beginning}`))
        .map(({ ref, object }) => ({ ref, sha: object.sha, type: object.type }));
    },

    getTag: async (at, tag) => {
      const repository = repositoryParameters(at);
      // In full, as git looks at it: a tag may be called `@`.
      const ref = checkedRef('tag', `tags/${tag}`);
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
      for (let depth = 0; object.type === 'tag' && depth < peelDepthMax; depth += 1) {
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
