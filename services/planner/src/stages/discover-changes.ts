import { InputError, type PlanRequest } from '@marketops/contracts';
import type { Discovery } from '../ports/discovery.js';
import type { Selected } from './2-select.js';
import type { ChangeFacts } from './facts.js';

/** Ranges of commits that one plan may have compared: each costs up to twenty reads of a budget that all plans share. */
const rangesMax = 10;

/**
 * Refuses a plan whose generated notes need more comparisons than one plan may ask for, before any of them is made.
 * @throws InputError `request_invalid`, naming the operations beyond the limit
 */
export function checkRanges({ operations }: Pick<PlanRequest, 'operations'>, all: readonly Selected[]): void {
  const ranges = new Set<string>();
  const beyond: string[] = [];
  for (const { requested, facts, targetSha } of all) {
    if (requested.kind !== 'publish_release' || !requested.generate_notes) continue;
    const { repository: found, target } = facts;
    if (found === null || targetSha === null) continue;
    // No name of a tag or branch has a space.
    const from = requested.previous_tag_name ?? '';
    const range = `${found.repository.id} ${from} ${targetSha} ${target?.revision ?? ''}`;
    if (ranges.size === rangesMax && !ranges.has(range)) beyond.push(requested.id);
    else ranges.add(range);
  }
  if (beyond.length === 0) return;
  const message = `generated notes compare at most ${rangesMax} ranges of commits per plan`;
  throw new InputError('request_invalid', `the plan request is not valid: ${message}`, {
    next: 'Split the plan, or write the notes of some of its releases yourself.',
    faults: beyond.slice(0, 20).map((beyondId) => ({
      path: `operations[${operations.findIndex(({ id }) => id === beyondId)}].generate_notes`,
      message,
    })),
  });
}

/** What was merged since the release before; null where nobody asked, or where it is not known yet up to which commit. */
export async function changesSince(
  discovery: Discovery,
  { requested, facts, targetSha }: Selected,
): Promise<ChangeFacts | null> {
  if (requested.kind !== 'publish_release' || !requested.generate_notes) return null;
  const { repository: found, target } = facts;
  if (found === null || targetSha === null) return null;
  const { repository } = found;
  const since = requested.previous_tag_name ?? (await discovery.latestTag(repository));
  const from = since === null ? null : await discovery.tag(repository, since);
  if (since !== null && from === null) return { fault: `there is no tag ${since}` };
  const named = target === null ? null : await discovery.branch(repository, target.revision);
  const branch = named === null || target === null ? found.default_branch : target.revision;
  const changes = await discovery.changes(repository, { from, to: targetSha, branch });
  return changes === null
    ? { fault: `${since ?? ''} and ${targetSha.slice(0, 12)} have no history in common` }
    : { since, changes };
}
