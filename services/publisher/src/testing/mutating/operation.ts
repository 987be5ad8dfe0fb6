import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '@marketops/contracts';
import { operationDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import fc from 'fast-check';
import type { Case } from '../gate-fixture.js';
import { anyCase } from './cases.js';
import { anyChange, pathsOf, withChange } from './changes.js';
import { type Asked, type Mutation, gateRules as rules } from './mutation.js';
import { asJson } from './presentation.js';

/** What is loaded and would be executed differs in one place from what was authorized; its digest is taken from it. */
export const operationMutation: fc.Arbitrary<Mutation> = fc
  .tuple(fc.nat(), anyChange)
  .map(([at, change]) => ({
    of: 'operation',
    apply(one) {
      const paths = pathsOf(one.operation).filter((path) => path.length > 0);
      const changed = withChange(one.operation, paths[at % paths.length] ?? [], change);
      if (isDeepStrictEqual(asJson(changed), asJson(one.operation))) return undefined;
      const operation = asJson(changed) as Operation;
      return loading(one, operation);
    },
  }));

function loading(one: Case, operation: Operation): Asked | undefined {
  try {
    const digest = operationDigest(nodeCrypto, operation);
    return { rules, facts: { ...one.facts, operation: { status: 'loaded', operation, digest } } };
  } catch (fault) {
    // No canonical form (a lone surrogate): the load fails, as it would in the publisher.
    return { rules, facts: { ...one.facts, operation: { status: 'fault', fault } } };
  }
}

export const otherOperationMutation: fc.Arbitrary<Mutation> = fc
  .oneof(
    anyCase.map((other) => other.operation),
    fc.constant(undefined),
  )
  .map((other) => ({
    of: 'operation',
    apply: (one) =>
      other === undefined
        ? { rules, facts: { ...one.facts, operation: { status: 'absent' } } }
        : loading(one, other),
  }));
