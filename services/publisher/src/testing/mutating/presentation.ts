import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { readPresentation } from '../../gate/read-presentation.js';
import { type Case, sharedAuthority } from '../gate-fixture.js';
import { anyCase } from './cases.js';
import { anyChange, memberAt, pathsOf, withChange } from './changes.js';
import { type Asked, type Mutation, gateRules as rules } from './mutation.js';

const presenting = (one: Case, data: unknown): Asked | undefined =>
  // What JSON cannot carry cannot arrive; what is the same after it has been carried is no change.
  isDeepStrictEqual(asJson(data), asJson(one.data))
    ? undefined
    : { rules, facts: { ...one.facts, presented: readPresentation(asJson(data)) } };
export const asJson = (value: unknown): unknown => {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
};

/** One place of the presentation, chosen evenly over all of them, changed. */
export const fieldMutation: fc.Arbitrary<Mutation> = fc.tuple(fc.nat(), anyChange).map(([at, change]) => ({
  of: 'receipt',
  apply(one) {
    const paths = pathsOf(one.data).filter((path) => path.length > 0);
    return presenting(one, withChange(one.data, paths[at % paths.length] ?? [], change));
  },
}));

export const extraFieldMutation: fc.Arbitrary<Mutation> = fc
  .tuple(
    fc.nat(),
    fc.oneof(fc.string(), fc.constantFrom('supersedes', 'scope', 'Mode', 'enforceable ', 'toJSON', 'alg')),
    fc.jsonValue({ maxDepth: 1 }),
  )
  .map(([at, name, value]) => ({
    of: 'receipt',
    apply(one) {
      const containers = pathsOf(one.data).filter((path) => typeof memberAt(one.data, path) === 'object');
      const path = containers[at % containers.length] ?? [];
      return presenting(
        one,
        withChange(one.data, path, (old) =>
          name === '__proto__' || Object.hasOwn(old as object, name)
            ? old
            : { ...(old as object), [name]: value },
        ),
      );
    },
  }));

/** A part of another valid receipt in the place of this one's: its signatures, its ids, or all of it. */
export const graftMutation: fc.Arbitrary<Mutation> = fc.tuple(fc.nat(), anyCase).map(([at, other]) => ({
  of: 'receipt',
  apply(one) {
    const paths = pathsOf(one.data).filter(
      (path) => path[0] === 'receipt' && memberAt(other.data, path) !== undefined,
    );
    const path = paths[at % paths.length] ?? ['receipt'];
    return presenting(
      one,
      withChange(one.data, path, () => memberAt(other.data, path)),
    );
  },
}));

/** What federation said no with, about the very same operation, in the place of the receipt. */
export const advisoryMutation: fc.Arbitrary<Mutation> = fc.constant({
  of: 'receipt',
  apply: (one) => presenting(one, { ...one.data, receipt: sharedAuthority.advise(one.receipt) }),
});
