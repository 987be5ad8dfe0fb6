import { type Operation, type Reason, repositoryFullName } from '@marketops/contracts';
import type { PolicyRule } from './rule.js';

const short = (text: string): string => (text.length > 900 ? `${text.slice(0, 900)}…` : text);

export const errorReason = (message: string): Reason => ({
  code: 'policy_error',
  message: short(`The policies could not be evaluated: ${message}`),
  remedy: 'Correct the policy; until then everything it speaks of is denied.',
});

export const forbidReason = ({ id, reason, remedy }: PolicyRule): Reason => ({
  code: 'policy_forbids',
  message: `${id}: ${reason ?? 'forbidden'}`,
  remedy: remedy ?? 'Ask whoever keeps the policies.',
});

export function noPermit(rules: ReadonlyMap<string, PolicyRule>, { kind, repository }: Operation): Reason {
  const permits = [...rules.values()].filter(
    ({ effect, kinds }) => effect === 'permit' && kinds.includes(kind),
  );
  const fullName = repositoryFullName(repository);
  if (permits.length === 0) {
    return {
      code: 'policy_denied',
      message: `No policy permits ${kind}.`,
      remedy: `Write a permit for ${kind} into the policies, if it should be allowed.`,
    };
  }
  const ids = permits.map(({ id }) => id);
  return {
    code: 'repository_not_allowed',
    message: short(
      `No policy permits ${kind} on ${fullName} as it is asked for. Policies that permit ${kind}: ${ids.join(', ')}.`,
    ),
    remedy: `Let one of them cover ${fullName}, or add one, if it should be allowed.`,
  };
}
