import { z } from 'zod';
import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import { checkedId, repositoryParameters } from '../names.js';
import { allPages, perPage } from '../pages.js';
import type { GitHubReads } from '../ports/reads.js';
import { AssetShape, ReleaseShape } from '../shapes.js';

type ReleaseReads = Pick<GitHubReads, 'listReleases' | 'getRelease' | 'getLatestReleaseId' | 'listAssets'>;

const Releases = z.array(ReleaseShape).max(perPage);
const Assets = z.array(AssetShape).max(perPage);

export function releaseReads(api: Api): ReleaseReads {
  return {
    listReleases: (at) =>
      allPages(`The releases of ${at.owner}/${at.name}`, (page) => {
        const parameters = { ...repositoryParameters(at), per_page: perPage, page };
        return api.decodePage(Releases, api.request('GET /repos/{owner}/{repo}/releases', parameters));
      }),

    getRelease: async (at, releaseId) => {
      const parameters = { ...repositoryParameters(at), release_id: checkedId('release', releaseId) };
      const asked = api.request('GET /repos/{owner}/{repo}/releases/{release_id}', parameters);
      return orNull(api.decode(ReleaseShape, asked));
    },

    getLatestReleaseId: async (at) => {
      const asked = api.request('GET /repos/{owner}/{repo}/releases/latest', repositoryParameters(at));
      return (await orNull(api.decode(ReleaseShape, asked)))?.id ?? null;
    },

    listAssets: (at, releaseId) =>
      allPages(`The assets of release ${releaseId}`, (page) => {
        const release = { ...repositoryParameters(at), release_id: checkedId('release', releaseId) };
        const parameters = { ...release, per_page: perPage, page };
        const asked = api.request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', parameters);
        return api.decodePage(Assets, asked);
      }),
  };
}
