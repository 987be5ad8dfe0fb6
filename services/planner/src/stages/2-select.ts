import type { PlanRequest, RequestedOperation } from '@marketops/contracts';
import type { Facts, OperationFacts } from './facts.js';

/** A requested operation with what was found for it. */
export interface Selected {
  readonly requested: RequestedOperation;
  readonly fullName: string;
  readonly facts: OperationFacts;
  /** The commit it will point at, where that is known. */
  readonly targetSha: string | null;
}

/**
 * Stage 2: which operation means which commit. A release whose tag an operation it depends on will make takes that
 * operation's target; a release of an existing tag takes the tag's commit (GitHub ignores any other target then).
 */
export function select(request: PlanRequest, facts: Facts): Selected[] {
  const selected = new Map<string, Selected>();
  for (const requested of request.operations) {
    const found = facts[requested.id];
    if (found === undefined) continue;
    const fullName = requested.repository ?? request.repository ?? '';
    selected.set(requested.id, { requested, fullName, facts: found, targetSha: found.target?.sha ?? null });
  }
  for (const [id, operation] of selected) {
    const { requested } = operation;
    if (requested.kind !== 'publish_release') continue;
    const made = tagMadeBefore(operation, selected);
    const targetSha = made?.targetSha ?? operation.facts.tag?.sha ?? operation.targetSha;
    selected.set(id, { ...operation, targetSha });
  }
  return [...selected.values()];
}

/** The `tag_repo` operation among its dependencies that makes the release's tag. */
export function tagMadeBefore(release: Selected, all: ReadonlyMap<string, Selected>): Selected | undefined {
  if (release.requested.kind !== 'publish_release') return undefined;
  const { tag_name } = release.requested;
  return release.requested.depends_on
    .map((id) => all.get(id))
    .find(
      (dependency) =>
        dependency?.requested.kind === 'tag_repo' &&
        dependency.requested.tag_name === tag_name &&
        dependency.fullName.toLowerCase() === release.fullName.toLowerCase(),
    );
}
