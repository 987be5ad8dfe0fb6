import type { Logger } from '@marketops/engine';
import { openPolicies, type PolicySet } from '@marketops/policy';
import { readPolicyDirectory } from '@marketops/policy/node';
import { type CryptoPort, digestOf } from '@marketops/proof';

/** The policies of a folder, as they are now. */
export interface LivePolicy {
  current(): PolicySet;
  /**
   * Looks at the folder; what has changed, and is the same at the second look, is in force from then on as a whole, or not at
   * all. A folder that is just being written would otherwise be taken half-way.
   */
  reload(): void;
}

/**
 * Takes the folder's policies into force. What cannot be taken into force later is logged, once for each change, and what
 * was in force stays.
 * @throws PolicyError where they cannot be taken into force now: without policies nothing starts
 */
export function openLivePolicy(crypto: CryptoPort, directory: string, log: Logger): LivePolicy {
  const files = readPolicyDirectory(directory);
  let current = openPolicies(crypto, files);
  let seen = digestOf(crypto, files);
  let candidate = seen;
  let told = '';

  const take = (): void => {
    const changed = readPolicyDirectory(directory);
    const digest = digestOf(crypto, changed);
    const isSettled = digest === candidate;
    candidate = digest;
    if (digest === seen || !isSettled) return;
    seen = digest;
    const next = openPolicies(crypto, changed);
    if (next.digest === current.digest) return;
    log.info({ digest: next.digest, previous: current.digest }, 'other policies are in force');
    current = next;
  };

  return {
    current: () => current,
    reload() {
      try {
        take();
        told = '';
      } catch (fault) {
        const message = fault instanceof Error ? fault.message : String(fault);
        if (message !== told)
          log.error({ fault, directory }, 'policies not taken into force; the old ones stay');
        told = message;
      }
    },
  };
}
