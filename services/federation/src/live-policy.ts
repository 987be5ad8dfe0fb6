import { isoTime, type Logger } from '@marketops/engine';
import {
  type KnownNames,
  openPolicies,
  PolicyError,
  type PolicyFiles,
  type PolicySet,
} from '@marketops/policy';
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
  health(): PolicyHealth;
}

/** What `/health` says of the policies. */
interface PolicyHealth {
  readonly digest: string;
  readonly policies: number;
  /** Since when these are in force here. */
  readonly loaded_at: string;
  /** What should be looked into (`marketops policy check`), as many as there are. */
  readonly doubts: number;
  /** What stands in the folder instead and is not taken into force; null where the folder is what is in force. */
  readonly refused: PolicyRefusal | null;
}

interface PolicyRefusal {
  readonly code: string;
  readonly message: string;
  readonly time: string;
}

const messageCharsMax = 1_000;

/**
 * Takes the folder's policies into force. What cannot be taken into force later is logged, once for each change, and what
 * was in force stays. The names of the system count as part of the policies: when they change, the same files are looked at
 * again.
 * @throws PolicyError where they cannot be taken into force now: without policies nothing starts
 */
export function openLivePolicy(
  crypto: CryptoPort,
  directory: string,
  log: Logger,
  { known = () => undefined, nowMs = Date.now }: LiveOptions = {},
): LivePolicy {
  const look = (): Look => {
    const [files, names] = [readPolicyDirectory(directory), known()];
    return {
      files,
      names,
      digest: digestOf(crypto, { files, names: names === undefined ? null : listed(names) }),
    };
  };
  const open = ({ files, names }: Look): PolicySet => {
    const opened = openPolicies(crypto, files, names);
    for (const { path, line, message } of opened.doubts)
      log.warn({ file: path, line }, `a policy names what there is not here: ${message}`);
    return opened;
  };
  const first = look();
  let current = open(first);
  let loadedAt = isoTime(nowMs());
  let tried = first.digest;
  let candidate = first.digest;
  let unreadable: PolicyRefusal | null = null;
  let refused: PolicyRefusal | null = null;

  const refusalOf = (fault: unknown, before: PolicyRefusal | null): PolicyRefusal => {
    const message = (fault instanceof Error ? fault.message : String(fault)).slice(0, messageCharsMax);
    if (before?.message === message) return before;
    log.error({ fault, directory }, 'policies not taken into force; the old ones stay');
    const code = fault instanceof PolicyError ? fault.code : 'policy_unreadable';
    return { code, message, time: isoTime(nowMs()) };
  };
  const take = (seen: Look): void => {
    const isSettled = seen.digest === candidate;
    candidate = seen.digest;
    if (seen.digest === tried || !isSettled) return;
    tried = seen.digest;
    const next = open(seen);
    refused = null;
    if (next.digest !== current.digest) {
      log.info({ digest: next.digest, previous: current.digest }, 'other policies are in force');
      loadedAt = isoTime(nowMs());
    }
    current = next;
  };

  return {
    current: () => current,
    reload() {
      let seen: Look;
      try {
        seen = look();
        unreadable = null;
      } catch (fault) {
        unreadable = refusalOf(fault, unreadable);
        return;
      }
      try {
        take(seen);
      } catch (fault) {
        refused = refusalOf(fault, refused);
      }
    },
    health: () => ({
      digest: current.digest,
      policies: current.policies.length,
      loaded_at: loadedAt,
      doubts: current.doubts.length,
      refused: unreadable ?? refused,
    }),
  };
}

interface LiveOptions {
  /** The names of this system, asked at every look. */
  readonly known?: () => KnownNames | undefined;
  readonly nowMs?: () => number;
}

interface Look {
  readonly files: PolicyFiles;
  readonly names: KnownNames | undefined;
  /** Of both. */
  readonly digest: string;
}

const listed = (names: KnownNames): Record<string, readonly string[]> =>
  Object.fromEntries(
    Object.entries(names).map(([of, some]: [string, ReadonlySet<string>]) => [of, [...some].sort()]),
  );
