import type { OperationKind } from '@marketops/contracts';
import { cedar } from './cedar.js';
import { PolicyError } from './errors.js';
import { createMemory, type Memory } from './memory.js';
import type { MentionsByKind } from './mentions.js';
import type { PolicyRule } from './rule.js';
import { operationKinds } from './schema.js';

/** Rules that Cedar holds ready: for each kind of operation those that can speak of it, under a name of their own. */
export interface Prepared {
  readonly names: Readonly<Record<OperationKind, string>>;
  readonly rules: ReadonlyMap<string, PolicyRule>;
  readonly mentions: MentionsByKind;
  readonly memory: Memory;
}

/**
 * Cedar copies a whole set for every question, so those of another kind of operation cost without ever applying: their
 * scope names another action.
 * @throws PolicyError `policy_malformed`
 */
export function prepare(digest: string, rules: readonly PolicyRule[], mentions: MentionsByKind): Prepared {
  const of = (kind: OperationKind): string => {
    const name = `${digest}/${kind}`;
    const speaking = rules.filter(({ kinds }) => kinds.includes(kind));
    const staticPolicies = Object.fromEntries(speaking.map(({ id, text }) => [id, text]));
    const answer = cedar((engine) => engine.preparsePolicySet(name, { staticPolicies }));
    if (answer.type === 'failure') {
      const message = answer.errors[0]?.message ?? 'the policies are not valid Cedar';
      throw new PolicyError('policy_malformed', message);
    }
    return name;
  };
  const names = Object.fromEntries(operationKinds.map((kind) => [kind, of(kind)]));
  return {
    names: names as Record<OperationKind, string>,
    rules: new Map(rules.map((rule) => [rule.id, rule])),
    mentions,
    memory: createMemory(),
  };
}
