import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { patternText } from './literals.js';

/**
 * The names of repositories that a policy writes as no question ever has them: with a capital, or with a character that no
 * name has (one that only looks like a letter, for example). They match nothing: a permit would allow less than it says,
 * and a forbid would not forbid.
 */
export function unmatchableRepositories(policy: PolicyJson): string[] {
  const found = new Set<string>();
  collect(policy, false, found);
  return [...found];
}

/** Operators that compare one side with the other. */
const comparisons = ['==', '!=', 'like', 'contains', 'containsAll', 'containsAny'];

function collect(node: unknown, compared: boolean, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const one of node) collect(one, compared, found);
    return;
  }
  if (typeof node === 'string') {
    if (compared && !/^[a-z0-9._*/-]*$/.test(node)) found.add(node);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && 'id' in node) {
    if (node.type === 'Repository') collect(node.id, true, found);
    return;
  }
  for (const [key, child] of Object.entries(node)) {
    if (key === 'annotations' || key === 'attr') continue;
    if (key === 'pattern' && Array.isArray(child)) {
      collect(patternText(child), compared, found);
      continue;
    }
    collect(child, compared || (comparisons.includes(key) && speaksOfRepository(child)), found);
  }
}

/** `resource.owner`, `.name` or `.full_name` stands on one of the sides. */
const speaksOfRepository = (sides: unknown): boolean =>
  typeof sides === 'object' &&
  sides !== null &&
  Object.values(sides).some((side: unknown) => {
    const attribute = (side as { '.'?: { left?: { Var?: string } } } | null)?.['.'];
    return attribute?.left?.Var === 'resource';
  });
