import type { Repository, RequestedOperation } from '@marketops/contracts';
import type { Artifacts } from '../ports/artifacts.js';
import type { Discovery } from '../ports/discovery.js';
import { assetName } from './asset-name.js';
import type { OperationFacts } from './facts.js';

export type RequestedAttachment = Extract<RequestedOperation, { kind: 'attach_release_asset' }>;

type AttachmentFacts = Pick<OperationFacts, 'asset_there' | 'assets' | 'release' | 'tag' | 'target'>;

/** What is read for an asset of a published release: the release by its tag, the tag's commit, what the release has under the name. */
export async function attachmentFacts(
  { tag_name: tagName, asset }: RequestedAttachment,
  at: Repository,
  { discovery, artifacts }: { readonly discovery: Discovery; readonly artifacts: Artifacts },
): Promise<AttachmentFacts> {
  const [tag, releases, file] = await Promise.all([
    discovery.tag(at, tagName),
    discovery.releases(at),
    artifacts.take(asset.path),
  ]);
  const release = releases.get(tagName) ?? null;
  const there = release === null ? null : await discovery.asset(at, release.id, assetName(asset));
  return {
    asset_there: there,
    assets: [{ path: asset.path, file }],
    release,
    tag: { sha: tag },
    target: { revision: tagName, sha: tag },
  };
}
