import { z } from 'zod';
import { orNull } from '../absence.js';
import type { Api } from '../api.js';
import { answeredFor, checkedId, repositoryParameters } from '../names.js';
import { allPages, byId, perPage } from '../pages.js';
import type { GitHubReads } from '../ports/reads.js';
import { AssetShape, ReleaseShape } from '../shapes/releases.js';

type ReleaseReads = Pick<
  GitHubReads,
  'listReleases' | 'getRelease' | 'getLatestRelease' | 'getLatestReleaseId' | 'listAssets'
>;

const Releases = z.array(ReleaseShape).max(perPage);
const Assets = z.array(AssetShape).max(perPage);

export function releaseReads(api: Api): ReleaseReads {
  const getLatestRelease: GitHubReads['getLatestRelease'] = async (at) => {
    const asked = api.request('GET /repos/{owner}/{repo}/releases/latest', repositoryParameters(at));
    return orNull(api.decode(ReleaseShape, asked));
  };
  return {
    listReleases: (at) => {
      const fetchPage = (page: number, size: number) => {
        const parameters = { ...repositoryParameters(at), per_page: size, page };
        return api.decodePage(Releases, api.request('GET /repos/{owner}/{repo}/releases', parameters));
      };
      return allPages(`The releases of ${at.owner}/${at.name}`, fetchPage, byId);
    },

    getRelease: async (at, releaseId) => {
      const parameters = { ...repositoryParameters(at), release_id: checkedId('release', releaseId) };
      const asked = api.request('GET /repos/{owner}/{repo}/releases/{release_id}', parameters);
      const found = await orNull(api.decode(ReleaseShape, asked));
      return found && answeredFor('release', releaseId, found, ({ id }) => id);
    },

    getLatestRelease,
    getLatestReleaseId: async (at) => (await getLatestRelease(at))?.id ?? null,

    listAssets: (at, releaseId) => {
      const fetchPage = (page: number, size: number) => {
        const release = { ...repositoryParameters(at), release_id: checkedId('release', releaseId) };
        const parameters = { ...release, per_page: size, page };
        const asked = api.request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', parameters);
        return api.decodePage(Assets, asked);
      };
      return allPages(`The assets of release ${releaseId}`, fetchPage, byId);
    },
  };
}
