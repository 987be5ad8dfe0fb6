import type { GitHubState } from '../state.js';
import type { Label, Pull, Repository } from './model.js';

/** GitHub's grey, which it gives a label that is made by being used. */
const unknownColor = 'ededed';

/** Labels are told apart without regard to case. */
export const findLabel = (repository: Repository, name: string): Label | undefined =>
  repository.labels.get(name.toLowerCase());

export function ensureLabel(
  state: GitHubState,
  repository: Repository,
  fields: { readonly name: string; readonly color?: string; readonly description?: string },
): Label {
  const existing = findLabel(repository, fields.name);
  if (existing !== undefined) return existing;
  const made: Label = {
    id: state.nextId('label'),
    name: fields.name,
    color: fields.color ?? unknownColor,
    description: fields.description ?? null,
  };
  repository.labels.set(fields.name.toLowerCase(), made);
  return made;
}

/** Adds labels to a pull request. A label that does not exist is made, without a word: so does GitHub. */
export function addLabels(
  state: GitHubState,
  repository: Repository,
  pull: Pull,
  names: readonly string[],
): void {
  const added = names.map((name) => ensureLabel(state, repository, { name }));
  pull.labels = [...new Map([...pull.labels, ...added].map((label) => [label.id, label])).values()];
  pull.updatedAt = state.now();
}
