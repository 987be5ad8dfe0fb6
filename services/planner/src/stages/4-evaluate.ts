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
  const blockedBy = causesOf(selected, missingById);
  const evaluations = new Map<string, Evaluation>();
  for (const { requested } of selected) {
    const { id } = requested;
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

/** For each operation that something takes along: what it is that it depends on. */
function causesOf(
  selected: readonly Selected[],
  missingById: ReadonlyMap<string, readonly Reason[]>,
): ReadonlyMap<string, string> {
  const causes = new Map<string, string>();
  const queue: string[] = [];
  for (const { requested } of selected) {
    if ((missingById.get(requested.id)?.length ?? 0) > 0) queue.push(requested.id);
  }
  if (queue.length === 0) return causes;
  const dependents = dependentsOf(selected);
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const dependent of dependents.get(id) ?? []) {
      if (causes.has(dependent)) continue;
      causes.set(dependent, id);
      queue.push(dependent);
    }
  }
  return causes;
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
