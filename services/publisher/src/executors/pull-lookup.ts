import type { GitHubReads, Pull } from '@marketops/github';
import { isOurs } from './order.js';
import { checkEqual, conflict, headOf, isOfHead, type PullOrder, pullResult } from './pull-content.js';
import { isNothing, type Lacking, lackingOf, shownLacking } from './pull-lacking.js';
import { boundReads } from './repository-binding.js';
import type { Sighting } from './sighting.js';

/** A pull request of ours that lacks something of what was authorized. */
export interface LeftPull {
  readonly pull: Pull;
  readonly lacking: Lacking;
}

/**
 * Exact: the marker tells ours. Looks among all pull requests of the head, whatever their base, closed ones included: one of
 * ours that somebody has merged or closed meanwhile is still the one effect, and one that somebody has pointed at another
 * base is a conflict. So is another hand's open one of the same two branches, because GitHub has one per pair of branches.
 *
 * Two requests (repository, pull requests), one more where somebody who was to review is not on the list of ours, and one for
 * each person with an opinion of their own where that is a team.
 */
export async function lookUpPull(reads: GitHubReads, order: PullOrder): Promise<Sighting<LeftPull>> {
  const { repository, base } = order.operation;
  const beside = reads.findPulls(repository, { head: headOf(order), state: 'all' });
  const { value: pulls, archived } = await boundReads(reads, repository, beside);
  const ours = oldestOfOurs(order, pulls);
  if (ours === undefined) {
    const foreign = pulls.find(
      (pull) => pull.state === 'open' && pull.base.ref === base.ref && isOfHead(order, pull),
    );
    if (foreign === undefined) return { seen: 'nothing', archived };
    throw conflict(foreign, 'is open for these branches and is not ours');
  }
  checkEqual(order, ours);
  const lacking = await lackingOf(reads, order, ours);
  if (isNothing(lacking)) return { seen: 'done', result: pullResult(ours, true) };
  const shown = `Pull request #${ours.number} is ${ours.state} and lacks ${shownLacking(lacking)}.`;
  return { seen: 'unfinished', left: { pull: ours, lacking }, shown, archived };
}

/** A marker can be copied once it is public, and so never before ours was there: the oldest is ours. */
function oldestOfOurs(order: PullOrder, pulls: readonly Pull[]): Pull | undefined {
  let oldest: Pull | undefined;
  for (const pull of pulls) {
    if (!isOurs(pull.body, order) || !isOfHead(order, pull)) continue;
    if (oldest === undefined || pull.number < oldest.number) oldest = pull;
  }
  return oldest;
}
