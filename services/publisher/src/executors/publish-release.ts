import type { EffectResult } from '@marketops/contracts';
import { GitHubError, isAlreadyThere, type Release } from '@marketops/github';
import { PublisherError } from '../errors.js';
import type { GatedOperation } from '../gate/gated-operation.js';
import type { ExecutorTools } from './executor.js';
import { orderOf } from './order.js';
import { completeAssets } from './release-assets.js';
import { type ReleaseOrder, releaseFields } from './release-content.js';
import { type LeftDraft, lookUpRelease } from './release-lookup.js';
import { checkPublishable, verifyRelease } from './release-verify.js';
import { checkWritable } from './repository-binding.js';
import { notShown } from './sighting.js';

/**
 * Publishes a release: look up, act, verify.
 *
 *     nothing ── no assets ──▶ create, published ──────────────────────────────────────────┐
 *        └───── assets ──▶ create as draft ─▶ upload each ─▶ compare ─▶ publish ──▶ verify ─┴▶ succeeded
 *     unfinished (a draft of ours) ──────────▶ what is missing ─▶ compare ─▶ publish ──▶ verify
 *     done ──▶ adopted
 *
 * Nothing is public before everything is in it and has been compared, so it suits a repository whose releases are
 * immutable. The tag is read last before either write that publishes: between that read and the write lies the wait for
 * its turn alone, at most a request timeout, and what happens in it is told afterwards (`tag_elsewhere`).
 *
 * Requests where all goes well: 7 without assets (repository, releases, tag; create; release, tag, latest again), 12 and one
 * per asset with them (repository, tag, assets before publishing; publish; assets after). One less where it is not to be the
 * latest.
 */
export async function publishRelease(tools: ExecutorTools, gated: GatedOperation): Promise<EffectResult> {
  const order = orderOf(gated, 'publish_release', tools.marker);
  const { repository, draft, assets } = order.operation;
  const sighting = await lookUpRelease(tools.github, order);
  if (sighting.seen === 'done') return sighting.result;
  checkWritable(repository, sighting);
  if (sighting.seen === 'unfinished') return finish(tools, order, sighting.left);
  if (assets.length > 0) {
    const release = await createDraft(tools, order);
    return finish(tools, order, { release, assets: [] });
  }
  if (draft) return verify(tools, order, await createDraft(tools, order));
  return createPublished(tools, order);
}

/** From a draft of ours to what was authorized. Published with every field again: the draft's may have been edited. */
async function finish(tools: ExecutorTools, order: ReleaseOrder, left: LeftDraft): Promise<EffectResult> {
  const { github, pathOf } = tools;
  const { repository, draft } = order.operation;
  await completeAssets(github, order, left, pathOf);
  if (draft) return verify(tools, order, left.release);
  await checkPublishable(github, order, left.release);
  return published(tools, order, () =>
    github.updateRelease(repository, left.release.id, releaseFields(order, false)),
  );
}

/**
 * GitHub makes any number of drafts for one tag. When the answer to this one is lost, the draft may still appear after the
 * next attempt has looked, so that attempt waits until the request can no longer take effect (law X2).
 */
async function createDraft({ github }: ExecutorTools, order: ReleaseOrder): Promise<Release> {
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

function createPublished(tools: ExecutorTools, order: ReleaseOrder): Promise<EffectResult> {
  const { github } = tools;
  return published(tools, order, () =>
    github.createRelease(order.operation.repository, releaseFields(order, false)),
  );
}

/**
 * GitHub publishes one release per tag, so a second one, however late, is refused there: then ours is there already and the
 * list was late to show it, or somebody was first.
 */
async function published(
  tools: ExecutorTools,
  order: ReleaseOrder,
  publish: () => Promise<Release>,
): Promise<EffectResult> {
  let made: Release;
  try {
    made = await publish();
  } catch (fault) {
    if (isUsedUp(fault)) throw usedUp(order, fault);
    if (!isAlreadyThere(fault)) throw fault;
    const sighting = await lookUpRelease(tools.github, order);
    if (sighting.seen === 'done') return sighting.result;
    throw notShown(`a release of ${order.operation.tag_name}`, fault);
  }
  return verify(tools, order, made);
}

/**
 * The name of a tag that an immutable release once had stays taken after release and tag are gone. Nothing that can be read
 * says so: GitHub's refusal does.
 */
const isUsedUp = (fault: unknown): boolean =>
  fault instanceof GitHubError &&
  fault.code === 'validation_failed' &&
  fault.faults.some(({ message }) => /used by an immutable release/i.test(message ?? ''));

const usedUp = ({ operation }: ReleaseOrder, cause: unknown): PublisherError =>
  new PublisherError(
    'tag_name_used_up',
    `The tag name ${operation.tag_name} belonged to an immutable release.`,
    { cause },
  );

async function verify(
  { github, reach }: ExecutorTools,
  order: ReleaseOrder,
  made: Release,
): Promise<EffectResult> {
  await reach('verify.before');
  return verifyRelease(github, order, made);
}
