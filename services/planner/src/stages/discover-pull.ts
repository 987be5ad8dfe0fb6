import type { Repository, RequestedOperation } from '@marketops/contracts';
import type { Discovery } from '../ports/discovery.js';
import type { OperationFacts } from './facts.js';

type RequestedPull = Extract<RequestedOperation, { kind: 'open_pr' }>;

type PullFacts = Pick<
  OperationFacts,
  'head' | 'head_repository' | 'base' | 'labels_missing' | 'reviewers_refused'
>;

/** What is read for a pull request: both branches, the head's in its own repository, the labels, and who is to review. */
export async function pullFacts(
  requested: RequestedPull,
  at: Repository,
  discovery: Discovery,
): Promise<PullFacts> {
  const { head, base, labels, reviewers } = requested;
  const headRepository = await headRepositoryOf(requested, at, discovery);
  const headAt =
    headRepository === null ? at : 'fault' in headRepository ? undefined : headRepository.repository;
  const [headSha, baseSha, labels_missing, reviewers_refused] = await Promise.all([
    headAt === undefined ? null : discovery.branch(headAt, head),
    discovery.branch(at, base),
    without(labels, (name) => discovery.label(at, name)),
    // Where it cannot be read who may review, nobody is refused: the publisher asks again, and may.
    without(reviewers, async (login) => (await discovery.collaborator(at, login)) !== false),
  ]);
  return {
    base: { ref: base, sha: baseSha },
    head: { ref: head, sha: headSha },
    head_repository: headRepository,
    labels_missing,
    reviewers_refused,
  };
}

async function headRepositoryOf(
  { head, head_repository: fullName, base }: RequestedPull,
  at: Repository,
  discovery: Discovery,
): Promise<OperationFacts['head_repository']> {
  if (fullName === undefined) return null;
  const found = await discovery.repository(fullName);
  if ('fault' in found) return found;
  if (found.repository.id === at.id) return null;
  const { owner } = found.repository;
  // GitHub opens pull requests within one network of forks only.
  const branches = await Promise.all([discovery.branch(found.repository, head), discovery.branch(at, base)]);
  if (branches.includes(null)) return found;
  if (await discovery.related(at, base, `${owner}:${head}`)) return found;
  return { fault: `it has no history in common with ${at.owner}/${at.name}` };
}

/** The names of which it is not true, in the order asked for. */
async function without(
  names: readonly string[],
  isThere: (name: string) => Promise<boolean>,
): Promise<string[]> {
  const missing: string[] = [];
  for (const name of names) if (!(await isThere(name))) missing.push(name);
  return missing;
}
