import { repositoryFullName } from '@marketops/contracts';
import type { MarketOpsConfig } from '@marketops/engine';
import { type CryptoPort, digestOf } from '@marketops/proof';
import type { Policy } from './ports/policy.js';

/**
 * The policy of `marketops.yml`: per kind of operation, which repositories it may touch. What is not listed is denied.
 * Names are compared as GitHub does, without case; a star stands for a whole owner or a whole name.
 */
export function allowListPolicy(crypto: CryptoPort, rules: MarketOpsConfig['policy']): Policy {
  return {
    digest: digestOf(crypto, { version: 1, allow: rules }),
    decide({ operation }) {
      const fullName = repositoryFullName(operation.repository);
      const patterns = rules[operation.kind]?.repositories ?? [];
      if (patterns.some((pattern) => matches(pattern, fullName))) return { allowed: true };
      return {
        allowed: false,
        reasons: [
          {
            code: 'repository_not_allowed',
            message: `The policy does not allow ${operation.kind} on ${fullName}.`,
            remedy: `Add ${fullName} under policy.${operation.kind}.repositories in marketops.yml, if it should be allowed.`,
          },
        ],
      };
    },
  };
}

export function matches(pattern: string, fullName: string): boolean {
  const [owner = '', name = ''] = pattern.toLowerCase().split('/');
  const [actualOwner = '', actualName = ''] = fullName.toLowerCase().split('/');
  return (owner === '*' || owner === actualOwner) && (name === '*' || name === actualName);
}
