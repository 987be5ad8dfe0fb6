import type { EffectResult } from '@marketops/contracts';
import { type GitHubClient, GitHubError, isAlreadyThere, type Release } from '@marketops/github';
import { PublisherError } from '../errors.js';
import type { GatedOperation } from '../gate/gated-operation.js';
import { orderOf } from './order.js';
import { completeAssets, type PathOfDigest } from './release-assets.js';
import {
  checkTag,
  differingFields,
  hasExactly,
  type ReleaseOrder,
  releaseFields,
  releaseResult,
} from './release-content.js';
import { assetsOf, conflict, type LeftDraft, lookUpRelease } from './release-lookup.js';

/**
 * Publishes a release: look up, act, verify.
 *
 *     nothing ── no assets ──▶ create, published ───────────────────────────────┐
 *        └───── assets ──▶ create as draft ─▶ upload each ─▶ publish ──▶ verify ─┴▶ succeeded
 *     unfinished (a draft of ours) ──────────▶ what is missing ─▶ publish ──▶ verify
 *     done ──▶ adopted
 *
 * Nothing is public before everything is in it. Requests where all goes well: 6 without assets (repository, tag, releases;
 * create; release, tag again), 8 and one per asset with them.
 */
export async function publishRelease(
  github: GitHubClient,
  gated: GatedOperation,
  marker: string,
  pathOf: PathOfDigest,
): Promise<EffectResult> {
  const order = orderOf(gated, 'publish_release', marker);
  const sighting = await lookUpRelease(github, order);
  if (sighting.seen === 'done') return sighting.result;
  if (sighting.seen === 'unfinished') return finish(github, order, sighting.left, pathOf);
  const { draft, assets } = order.operation;
  if (assets.length > 0) {
    const release = await createDraft(github, order);
    return finish(github, order, { release, assets: [] }, pathOf);
  }
  if (draft) return verify(github, order, await createDraft(github, order));
  return createPublished(github, order);
}

/** From a draft of ours to what was authorized. Published with every field again: the draft's may have been edited. */
async function finish(
  github: GitHubClient,
  order: ReleaseOrder,
  left: LeftDraft,
  pathOf: PathOfDigest,
): Promise<EffectResult> {
  const { repository, draft } = order.operation;
  await completeAssets(github, order, left, pathOf);
  if (draft) return verify(github, order, left.release);
  return verify(
    github,
    order,
    await github.updateRelease(repository, left.release.id, releaseFields(order, false)),
  );
}

/**
 * GitHub makes any number of drafts for one tag. When the answer to this one is lost, the draft may still appear after the
 * next attempt has looked, so that attempt waits until the request can no longer take effect (law X2).
 */
async function createDraft(github: GitHubClient, order: ReleaseOrder): Promise<Release> {
  try {
    return await github.createRelease(order.operation.repository, releaseFields(order, true));
  } catch (fault) {
    if (!(fault instanceof GitHubError) || !fault.uncertain) throw fault;
    throw new PublisherError('effect_unsettled', `A draft may have been created: ${fault.message}`, {
      retry: 'transient',
      cause: fault,
    });
  }
}

/** GitHub publishes one release per tag, so a second one, however late, is refused there. */
async function createPublished(github: GitHubClient, order: ReleaseOrder): Promise<EffectResult> {
  try {
    const release = await github.createRelease(order.operation.repository, releaseFields(order, false));
    return await verify(github, order, release);
  } catch (fault) {
    if (!isAlreadyThere(fault)) throw fault;
    const sighting = await lookUpRelease(github, order);
    if (sighting.seen === 'done') return sighting.result;
    throw fault;
  }
}

/** Reads again what is there now and compares it: the answer to a write is not what the next reader sees. */
async function verify(github: GitHubClient, order: ReleaseOrder, made: Release): Promise<EffectResult> {
  const { repository, tag_name, draft, assets: wanted } = order.operation;
  const [release, tag, assets] = await Promise.all([
    github.getRelease(repository, made.id),
    draft ? null : github.getTag(repository, tag_name),
    wanted.length > 0 ? assetsOf(github, order, made) : [],
  ]);
  if (release === null || (!draft && tag === null)) {
    throw new PublisherError('verification_failed', `Release ${made.id} cannot be read back yet.`, {
      retry: 'transient',
    });
  }
  checkTag(tag, order);
  const differs = differingFields(order, release);
  if (release.draft !== draft) differs.push('draft');
  if (differs.length > 0)
    throw conflict(order, release, `differs in ${differs.join(', ')} from what was sent`);
  if (!hasExactly(assets, order) && !isDigestless(assets, order)) {
    throw conflict(order, release, 'has other assets than were sent');
  }
  return releaseResult(order, release, assets, false);
}

/** A server that reckons no digests: what was uploaded has been hashed on its way, so names and sizes decide. */
const isDigestless = (assets: Awaited<ReturnType<typeof assetsOf>>, order: ReleaseOrder): boolean => {
  const digests = new Map(order.operation.assets.map(({ name, sha256 }) => [name, sha256]));
  return (
    assets.every(({ sha256 }) => sha256 === null) &&
    hasExactly(
      assets.map((asset) => ({ ...asset, sha256: digests.get(asset.name) ?? null })),
      order,
    )
  );
};
