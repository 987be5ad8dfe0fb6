import type { Reason } from '@marketops/contracts';
import type { Selected } from './2-select.js';

export interface Evaluation {
  readonly wouldShip: boolean;
  readonly reasons: readonly Reason[];
  readonly missing: readonly Reason[];
}

/**
 * Stage 4: what would ship and what would not, and why. An operation that cannot ship takes along everything that
 * depends on it, however far down.
 */
export function evaluate(
  selected: readonly Selected[],
  missingById: ReadonlyMap<string, readonly Reason[]>,
): Map<string, Evaluation> {
  const byId = new Map(selected.map((operation) => [operation.requested.id, operation]));
  const blockedBy = new Map<string, string>();
  const stopped = selected.filter(({ requested }) => (missingById.get(requested.id)?.length ?? 0) > 0);
  const dependents = dependentsOf(selected);
  const queue = stopped.map(({ requested }) => requested.id);
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const dependent of dependents.get(id) ?? []) {
      if (blockedBy.has(dependent)) continue;
      blockedBy.set(dependent, id);
      queue.push(dependent);
    }
  }
  const evaluations = new Map<string, Evaluation>();
  for (const id of byId.keys()) {
    const missing = missingById.get(id) ?? [];
    const cause = blockedBy.get(id);
    const reasons: Reason[] =
      cause === undefined
        ? [...missing]
        : [
            ...missing,
            {
              code: 'dependency_not_shipping',
              message: `It depends on ${cause}, which would not ship.`,
              remedy: `See the reasons of ${cause}.`,
            },
          ];
    evaluations.set(id, { wouldShip: reasons.length === 0, reasons: reasons.slice(0, 20), missing });
  }
  return evaluations;
}

/** For each operation, those that name it in `depends_on`. */
function dependentsOf(selected: readonly Selected[]): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const { requested } of selected) {
    for (const dependency of requested.depends_on) {
      const list = dependents.get(dependency);
      if (list === undefined) dependents.set(dependency, [requested.id]);
      else list.push(requested.id);
    }
  }
  return dependents;
}
