import type { Repository } from '@marketops/contracts';
import type { GitHubReads } from '@marketops/github';
import { PublisherError } from '../errors.js';

/**
 * The repository is bound by number and name. A name outlives what it named: deleted and made anew, or transferred and
 * taken, it leads to another repository; and a rename answers with a redirect, which the client refuses.
 */
async function checkRepository(
  reads: GitHubReads,
  repository: Repository,
): Promise<{ readonly archived: boolean }> {
  const found = await reads.getRepository(repository.owner, repository.name);
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  if (found.id === repository.id && same(found.owner, repository.owner) && same(found.name, repository.name))
    return found;
  throw new PublisherError(
    'repository_changed',
    `${repository.owner}/${repository.name} is repository ${found.id} now; ${repository.id} was authorized.`,
  );
}

export interface Bound<Value> {
  readonly value: Value;
  readonly archived: boolean;
}

/**
 * Reads that may run beside the binding check, for the price of one wait. The binding's refusal comes first: what was read
 * from another repository means nothing.
 */
export async function boundReads<Value>(
  reads: GitHubReads,
  repository: Repository,
  beside: Promise<Value>,
): Promise<Bound<Value>> {
  beside.catch(() => undefined);
  const { archived } = await checkRepository(reads, repository);
  return { value: await beside, archived };
}

/** Asked by who is about to write: a look-up reads an archived repository as well as any. */
export function checkWritable(
  { owner, name }: Repository,
  { archived }: { readonly archived: boolean },
): void {
  if (archived)
    throw new PublisherError('repository_archived', `${owner}/${name} is archived: it takes no writes.`);
}
