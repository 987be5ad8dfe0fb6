import { matchesRepository, repositoryFullName } from '@marketops/contracts';
import type { MarketOpsConfig } from '@marketops/engine';
import { type CryptoPort, digestOf } from '@marketops/proof';
import type { Policy } from './ports/policy.js';

/**
 * The policy of `marketops.yml`: per kind of operation, which repositories it may touch. What is not listed is denied.
 */
export function allowListPolicy(crypto: CryptoPort, rules: MarketOpsConfig['policy']): Policy {
  return {
    digest: digestOf(crypto, { version: 1, allow: rules }),
    decide({ operation }) {
      const fullName = repositoryFullName(operation.repository);
      const { kind } = operation;
      const patterns = Object.hasOwn(rules, kind) ? (rules[kind]?.repositories ?? []) : [];
      if (patterns.some((pattern) => matchesRepository(pattern, fullName))) return { allowed: true };
      return {
        allowed: false,
        reasons: [
          {
            code: 'repository_not_allowed',
            message: `The policy does not allow ${kind} on ${fullName}.`,
            remedy: `Add ${fullName} under policy.${kind}.repositories in marketops.yml, if it should be allowed.`,
          },
        ],
      };
    },
  };
}
