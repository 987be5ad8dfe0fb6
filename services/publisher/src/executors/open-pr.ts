import type { EffectResult, OpenPullRequest } from '@marketops/contracts';
import { type GitHubClient, type GitHubReads, isAlreadyThere, type Pull } from '@marketops/github';
import { PublisherError } from '../errors.js';
import type { GatedOperation } from '../gate/gated-operation.js';
import { isOurs, marked, type Order, orderOf, saysSame } from './order.js';
import { boundReads } from './repository-binding.js';
import type { Sighting } from './sighting.js';

type PullOrder = Order<OpenPullRequest>;

/**
 * Exact: the marker tells ours. Looks among all pull requests of these two branches, closed ones included: one of ours that somebody has merged or closed
 * meanwhile is still the one effect. Another hand's open one is a conflict, because GitHub has one per pair of branches.
 */
export async function lookUpPull(reads: GitHubReads, order: PullOrder): Promise<Sighting<never>> {
  const { repository } = order.operation;
  const pulls = await boundReads(reads, repository, findPulls(reads, order));
  return sightingOf(order, pulls);
}

/**
 * Opens a pull request from exactly the head that was authorized. A base that has moved on is what bases do; its branch is
 * bound by name.
 *
 * Six requests where all goes well: repository, head, base, pull requests; create; the pull request again.
 */
export async function openPr(
  github: GitHubClient,
  gated: GatedOperation,
  marker: string,
): Promise<EffectResult> {
  const order = orderOf(gated, 'open_pr', marker);
  const { repository, title, body, draft, head, base } = order.operation;
  const beside = Promise.all([
    findPulls(github, order),
    github.getBranch(repository, head.ref),
    github.getBranch(repository, base.ref),
  ]);
  const [pulls, headNow, baseNow] = await boundReads(github, repository, beside);
  const sighting = sightingOf(order, pulls);
  if (sighting.seen === 'done') return sighting.result;
  checkHead(order, headNow?.sha ?? null);
  if (baseNow === null) throw new PublisherError('base_missing', `The base branch ${base.ref} is gone.`);
  const fields = { title, body: marked(body, order), draft, head: headOf(order), base: base.ref };
  try {
    const { number } = await github.createPull(repository, fields);
    return await verify(github, order, number);
  } catch (fault) {
    if (!isAlreadyThere(fault)) throw fault;
    const again = await lookUpPull(github, order);
    if (again.seen === 'done') return again.result;
    throw fault;
  }
}

const headOf = ({ operation }: PullOrder): string => `${operation.repository.owner}:${operation.head.ref}`;

const findPulls = (reads: GitHubReads, order: PullOrder): Promise<Pull[]> =>
  reads.findPulls(order.operation.repository, {
    head: headOf(order),
    base: order.operation.base.ref,
    state: 'all',
  });

function sightingOf(order: PullOrder, pulls: readonly Pull[]): Sighting<never> {
  const ours = pulls.find((pull) => isOurs(pull.body, order));
  if (ours !== undefined) {
    checkEqual(order, ours);
    return { seen: 'done', result: resultOf(ours, true) };
  }
  const foreign = pulls.find((pull) => pull.state === 'open');
  if (foreign === undefined) return { seen: 'nothing' };
  throw conflict(foreign, 'is open for these branches and is not ours');
}

async function verify(github: GitHubReads, order: PullOrder, number: number): Promise<EffectResult> {
  const pull = await github.getPull(order.operation.repository, number);
  if (pull === null) {
    throw new PublisherError('verification_failed', `Pull request ${number} cannot be read back yet.`, {
      retry: 'transient',
    });
  }
  checkEqual(order, pull);
  return resultOf(pull, false);
}

/** Everything that was authorized, the head's commit and repository included: a fork has branches of the same name. */
function checkEqual(order: PullOrder, pull: Pull): void {
  const { repository, title, body, draft, head, base } = order.operation;
  const differs: Readonly<Record<string, boolean>> = {
    title: pull.title !== title,
    body: !saysSame(pull.body, body, order),
    draft: pull.draft !== draft,
    head: pull.head.ref !== head.ref || pull.head.repositoryId !== repository.id,
    base: pull.base.ref !== base.ref || pull.base.repositoryId !== repository.id,
  };
  const names = Object.keys(differs).filter((name) => differs[name] === true);
  if (names.length > 0) throw conflict(pull, `differs in ${names.join(', ')} from what was authorized`);
  checkHead(order, pull.head.sha);
}

function checkHead({ operation: { head } }: PullOrder, sha: string | null): void {
  if (sha === head.sha) return;
  const now = sha === null ? 'is gone' : `is at ${sha} now`;
  throw new PublisherError('head_moved', `The branch ${head.ref} ${now}; ${head.sha} was authorized.`);
}

const conflict = (pull: Pull, why: string): PublisherError =>
  new PublisherError('pull_conflict', `Pull request #${pull.number} ${why}.`);

const resultOf = (pull: Pull, adopted: boolean): EffectResult => ({
  remote_id: String(pull.number),
  url: pull.htmlUrl.slice(0, 1_000),
  adopted,
  sha: pull.head.sha,
  assets: [],
});
