import { z } from 'zod';
import type { Api } from '../api.js';
import { checkedAsset, checkedId, repositoryParameters } from '../names.js';
import type { GitHubWrites } from '../ports/writes.js';
import { AssetShape } from '../shapes/releases.js';
import { AuthorizedFile } from './authorized-file.js';

export function assetWrites(api: Api): Pick<GitHubWrites, 'uploadAsset' | 'deleteAsset'> {
  return {
    uploadAsset: async (at, releaseId, asset) => {
      const { name, contentType } = checkedAsset(asset);
      const release = { ...repositoryParameters(at), release_id: checkedId('release', releaseId) };
      // The release's own `upload_url` is never read: whoever can edit an answer would choose where the token and
      // the bytes go. The address is built from our own origin and the id.
      const asked = api.request({
        ...release,
        method: 'POST',
        baseUrl: api.uploadsUrl,
        url: '/repos/{owner}/{repo}/releases/{release_id}/assets{?name}',
        name,
        headers: { 'content-type': contentType },
        data: new AuthorizedFile(asset),
      });
      return api.decode(AssetShape, asked);
    },

    deleteAsset: async (at, assetId) => {
      const parameters = { ...repositoryParameters(at), asset_id: checkedId('asset', assetId) };
      const asked = api.request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', parameters);
      await api.decode(z.literal(''), asked);
    },
  };
}
