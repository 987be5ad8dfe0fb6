import type { AttachReleaseAsset } from '@marketops/contracts';
import type { SeedRepository } from '@marketops/local';
import type { BlobStore } from '@marketops/store';
import { attachmentOperation } from './operations.js';

export const publishedTag = 'v1.3.0';
/** The number that the simulated GitHub gives to the first release it makes. */
export const publishedId = 2_000_001;

/** A release that somebody published, with one asset, for others to be attached to. */
export const publishedSeed: Pick<SeedRepository, 'releases'> = {
  releases: [
    {
      ...{ tag_name: publishedTag, target_commitish: 'main', name: 'Widgets 1.3.0', author: 'ada' },
      assets: [{ name: 'notes.txt', content: 'notes' }],
    },
  ],
};

export const proofText = 'a proof, as long as it takes to be sent in more than no time';

/** An asset for that release, whose bytes are in the blob store. */
export async function attachment(
  blobs: BlobStore,
  changes: Partial<AttachReleaseAsset> = {},
): Promise<AttachReleaseAsset> {
  return attachmentOperation({
    ...{ release_id: publishedId, tag_name: publishedTag },
    asset: {
      ...{ name: 'proof.json', size_bytes: proofText.length, content_type: 'application/json' },
      sha256: (await blobs.put(proofText)).slice('sha256:'.length),
    },
    ...changes,
  });
}
