import type { EffectResult, TagRepo } from '@marketops/contracts';
import { type GitHubReads, isAlreadyThere, type Tag } from '@marketops/github';
import { PublisherError } from '../errors.js';
import type { GatedOperation } from '../gate/gated-operation.js';
import type { ExecutorTools } from './executor.js';
import { isOurs, marked, type Order, orderOf, saysSame } from './order.js';
import { boundReads, checkWritable } from './repository-binding.js';
import type { Sighting } from './sighting.js';

type TagOrder = Order<TagRepo>;

/**
 * Exact: GitHub has one tag per name. A tag of that name that we made, at the authorized commit with the authorized message, is `done`; any other is a
 * conflict, one at the same commit by another hand included. A tag object without a ref is not an effect: nobody sees it,
 * and git's garbage collection takes it.
 */
export async function lookUpTag(reads: GitHubReads, order: TagOrder): Promise<Sighting<never>> {
  const { repository, tag_name } = order.operation;
  const { value: tag, archived } = await boundReads(reads, repository, reads.getTag(repository, tag_name));
  if (tag === null) return { seen: 'nothing', archived };
  checkTag(tag, order);
  return { seen: 'done', result: resultOf(order, tag, true) };
}

/**
 * Makes an annotated tag: the object, then the ref. The ref is the effect, and GitHub has one per name.
 *
 * Six requests where all goes well: repository, ref; tag object, ref; ref and tag object again.
 */
export async function tagRepo(
  { github, marker, reach }: ExecutorTools,
  gated: GatedOperation,
): Promise<EffectResult> {
  const order = orderOf(gated, 'tag_repo', marker);
  const { repository, tag_name, target_sha, message } = order.operation;
  const sighting = await lookUpTag(github, order);
  if (sighting.seen === 'done') return sighting.result;
  checkWritable(repository, sighting);
  const object = { tag: tag_name, message: marked(message, order), commitSha: target_sha };
  const { sha } = await github.createTagObject(repository, object);
  try {
    await github.createRef(repository, `refs/tags/${tag_name}`, sha);
  } catch (fault) {
    // Between look-up and now: an earlier attempt of ours that arrived late, or somebody else. `verify` tells.
    if (!isAlreadyThere(fault)) throw fault;
  }
  await reach('verify.before');
  return verify(github, order);
}

async function verify(github: GitHubReads, order: TagOrder): Promise<EffectResult> {
  const { repository, tag_name } = order.operation;
  const tag = await github.getTag(repository, tag_name);
  if (tag === null) {
    throw new PublisherError('verification_failed', `The tag ${tag_name} cannot be read back yet.`, {
      retry: 'transient',
    });
  }
  checkTag(tag, order);
  return resultOf(order, tag, false);
}

function checkTag(tag: Tag, order: TagOrder): void {
  const { tag_name, target_sha, message } = order.operation;
  if (tag.peeledSha !== target_sha) throw conflict(tag_name, `names ${tag.peeledSha}, not ${target_sha}`);
  if (!tag.annotated || !isOurs(tag.message, order)) throw conflict(tag_name, 'was made by another hand');
  if (!saysSame(tag.message, message, order)) throw conflict(tag_name, 'has another message');
}

const conflict = (tag: string, why: string): PublisherError =>
  new PublisherError('tag_conflict', `The tag ${tag} is there already and ${why}.`);

const resultOf = ({ operation }: TagOrder, tag: Tag, adopted: boolean): EffectResult => ({
  remote_id: `refs/tags/${operation.tag_name}`,
  url: `${operation.repository.owner}/${operation.repository.name}@${operation.tag_name}`,
  adopted,
  sha: tag.peeledSha,
  assets: [],
});
