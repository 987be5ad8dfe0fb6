import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { annotatedDoubts, impossibility, type KnownNames, unknownness } from './known-names.js';
import { comparedNames } from './literals.js';
import { unmatchableRepositories } from './names.js';

/** What is wrong with a name that a policy writes. */
export interface NameFault {
  /** As it is written; undefined where the fault is an annotation's. */
  readonly name?: string;
  readonly message: string;
}

/** Names that no question of any system has. */
export function impossibleNames(policy: PolicyJson): NameFault[] {
  const repositories = unmatchableRepositories(policy).map((name) => ({
    name,
    message: `"${name}" matches nothing: names of repositories are a–z, 0–9, . _ and - here, in lower case`,
  }));
  const others = comparedNames(policy).flatMap((compared) => {
    const message = impossibility(compared);
    return message === undefined ? [] : [{ name: compared.text, message }];
  });
  return distinct([...repositories, ...others]);
}

/**
 * Names that no question of this system has. A name that matches nothing where the policies thereby allow more than they say
 * (a forbid that never forbids) is a hole, and refused; one where they allow less is a doubt.
 */
export function unknownNames(
  policy: PolicyJson,
  known: KnownNames,
): { readonly holes: readonly NameFault[]; readonly doubts: readonly NameFault[] } {
  const holes: NameFault[] = [];
  const doubts: NameFault[] = annotatedDoubts(policy.annotations ?? {}, known).map((message) => ({
    message,
  }));
  for (const compared of comparedNames(policy)) {
    const message = unknownness(compared, known);
    if (message === undefined) continue;
    const { text: name, allowsMore } = compared;
    if (allowsMore)
      holes.push({ name, message: `${message}; as it stands, this ${whatItDoes[policy.effect]}` });
    else doubts.push({ name, message });
  }
  return { holes: distinct(holes), doubts: distinct(doubts) };
}

const whatItDoes = {
  forbid: 'forbids less than it says',
  permit: 'permits more than it says',
} as const;

const distinct = (faults: readonly NameFault[]): NameFault[] => [
  ...new Map(faults.map((fault) => [fault.message, fault])).values(),
];
