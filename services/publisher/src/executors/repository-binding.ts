import type { Repository } from '@marketops/contracts';
import type { GitHubReads } from '@marketops/github';
import { PublisherError } from '../errors.js';

/**
 * The repository is bound by number and name. A name outlives what it named: deleted and made anew, or transferred and
 * taken, it leads to another repository; and a rename answers with a redirect, which the client refuses.
 */
async function checkRepository(reads: GitHubReads, repository: Repository): Promise<void> {
  const found = await reads.getRepository(repository.owner, repository.name);
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  if (found.id === repository.id && same(found.owner, repository.owner) && same(found.name, repository.name))
    return;
  throw new PublisherError(
    'repository_changed',
    `${repository.owner}/${repository.name} is repository ${found.id} now; ${repository.id} was authorized.`,
  );
}

/**
 * Reads that may run beside the binding check, for the price of one wait. The binding's refusal comes first: what was read
 * from another repository means nothing.
 */
export async function boundReads<Value>(
  reads: GitHubReads,
  repository: Repository,
  beside: Promise<Value>,
): Promise<Value> {
  beside.catch(() => undefined);
  await checkRepository(reads, repository);
  return beside;
}
