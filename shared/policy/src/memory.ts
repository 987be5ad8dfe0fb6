/** What Cedar itself said without an error. */
export interface Verdict {
  readonly decision: 'allow' | 'deny';
  /** Of the policies that settled it. */
  readonly ids: readonly string[];
}

/**
 * What has been asked of one set of policies, by everything that they can see of the question: asked again, Cedar would say
 * the same. A run asks twice, before the ledger has vouched for it and after, and its operations often differ only in what
 * no policy speaks of.
 */
export interface Memory {
  get(key: string): Verdict | undefined;
  put(key: string, verdict: Verdict): void;
}

const verdictsMax = 1_000;
/** A question that is longer is asked each time. */
const keyCharsMax = 2_000;

export function createMemory(): Memory {
  const verdicts = new Map<string, Verdict>();
  return {
    get(key) {
      const found = verdicts.get(key);
      if (found === undefined) return undefined;
      // The last that was asked goes last.
      verdicts.delete(key);
      verdicts.set(key, found);
      return found;
    },
    put(key, verdict) {
      if (key.length > keyCharsMax) return;
      verdicts.set(key, verdict);
      for (const oldest of verdicts.keys()) {
        if (verdicts.size <= verdictsMax) break;
        verdicts.delete(oldest);
      }
    },
  };
}
