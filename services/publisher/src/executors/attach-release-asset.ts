import type { EffectResult } from '@marketops/contracts';
import type { Asset } from '@marketops/github';
import { PublisherError } from '../errors.js';
import type { GatedOperation } from '../gate/gated-operation.js';
import { isAuthorized, removeAsset, uploadAsset } from './asset-upload.js';
import {
  type AttachmentOrder,
  attachmentResult,
  otherBytes,
  type SeenAttachment,
  seeAttachment,
} from './attachment-lookup.js';
import type { ExecutorTools } from './executor.js';
import { orderOf } from './order.js';
import { checkWritable } from './repository-binding.js';

/** As far as GitHub's clock may be behind ours, and its whole seconds. */
const clockSkewMs = 30_000;

/**
 * Adds one asset to a published release: look up, act, verify.
 *
 *     nothing ─────────────────────────▶ upload ─▶ verify ─▶ succeeded
 *     broke off, in this execution ─▶ delete ─┘
 *     broke off, otherwise ─────────────▶ asset_conflict: it may be somebody's upload under way
 *     there, the same bytes ────────────▶ adopted
 *     there, other bytes ───────────────▶ asset_conflict
 *
 * Nine requests where all goes well: repository, release, its assets, tag; upload; the four again. Two more where the tag is
 * annotated. The upload is the effect, and GitHub takes one asset per name, so a late one is refused there.
 */
export async function attachReleaseAsset(tools: ExecutorTools, gated: GatedOperation): Promise<EffectResult> {
  const { github, pathOf, reach, marker, earlierSinceMs } = tools;
  const order = orderOf(gated, 'attach_release_asset', marker);
  const { repository, release_id, asset: wanted } = order.operation;
  const seen = await seeAttachment(github, order);
  const { asset, release } = seen;
  if (asset !== undefined && isAuthorized(asset, wanted))
    return attachmentResult(order, release, asset, true);
  if (asset?.state === 'uploaded') throw otherBytes(order, asset);
  checkTakesAssets(order, seen);
  const place = { repository, releaseId: release_id };
  if (asset !== undefined) {
    if (!isLeftByEarlier(asset, earlierSinceMs)) throw notOurs(order, asset);
    await removeAsset(github, place, asset);
  }
  const how = await uploadAsset(github, place, wanted, pathOf);
  await reach('verify.before');
  return verify(tools, order, how);
}

/** Asked by who is about to write, as the repository is: both are read as well where they take nothing. */
function checkTakesAssets({ operation }: AttachmentOrder, { release, archived }: SeenAttachment): void {
  checkWritable(operation.repository, { archived });
  if (!release.immutable) return;
  const message = `Release ${release.id} of ${operation.tag_name} is immutable: it takes no more assets.`;
  throw new PublisherError('release_immutable', message);
}

/**
 * Of an upload that broke off nothing can be had, and under its name nothing can be sent: it has to go first. It is taken for one of
 * ours only where an earlier attempt of this execution, which is authorized to upload exactly this name here, may have left it:
 * in no first attempt, and never where it is older than the execution. A complete asset is never deleted.
 */
export const isLeftByEarlier = (
  { state, createdAt }: Pick<Asset, 'state' | 'createdAt'>,
  earlierSinceMs: number | undefined,
): boolean =>
  state !== 'uploaded' &&
  createdAt !== null &&
  earlierSinceMs !== undefined &&
  Date.parse(createdAt) >= earlierSinceMs - clockSkewMs;

const notOurs = ({ operation }: AttachmentOrder, { name, id }: Asset): PublisherError =>
  new PublisherError(
    'asset_conflict',
    `An upload of ${name} to release ${operation.release_id} has not ended, or broke off (asset ${id}), and it is not known to be ours.`,
    { next: 'Delete that asset at GitHub if nobody is uploading it, then submit a new plan.' },
  );

/** Reads again what is there now: the answer to a write is not what the next reader sees. */
async function verify(
  { github }: ExecutorTools,
  order: AttachmentOrder,
  how: 'sent' | 'found',
): Promise<EffectResult> {
  const { asset: wanted } = order.operation;
  const { asset, release } = await seeAttachment(github, order);
  if (asset === undefined || asset.state !== 'uploaded') {
    throw new PublisherError('verification_failed', `The asset ${wanted.name} cannot be read back yet.`, {
      retry: 'transient',
    });
  }
  // A server that reckons no digests: our own hash of what was just sent has held. What was found there was not sent now.
  const sha256 = asset.sha256 ?? (how === 'sent' ? wanted.sha256 : null);
  if (!isAuthorized({ ...asset, sha256 }, wanted)) throw otherBytes(order, asset);
  return attachmentResult(order, release, asset, how === 'found');
}
