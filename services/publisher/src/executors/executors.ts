import { attachReleaseAsset } from './attach-release-asset.js';
import { lookUpAttachment } from './attachment-lookup.js';
import type { Executors } from './executor.js';
import { openPr } from './open-pr.js';
import { publishRelease } from './publish-release.js';
import { lookUpPull } from './pull-lookup.js';
import { lookUpRelease } from './release-lookup.js';
import { lookUpTag, tagRepo } from './tag-repo.js';

/** Who executes what, and whether it can be asked afterwards. GitHub can. */
export const executors = {
  publish_release: { lookup: 'exact', act: publishRelease, lookUp: lookUpRelease },
  tag_repo: { lookup: 'exact', act: tagRepo, lookUp: lookUpTag },
  open_pr: { lookup: 'exact', act: openPr, lookUp: lookUpPull },
  attach_release_asset: { lookup: 'exact', act: attachReleaseAsset, lookUp: lookUpAttachment },
} as const satisfies Executors;
