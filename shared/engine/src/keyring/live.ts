import { statSync } from 'node:fs';
import type { Keyring } from '@marketops/contracts';
import { type CryptoPort, type OpenKeyring, openKeyring, type VerifyingKey } from '@marketops/proof';
import { readKeyring } from '../config/keyring-file.js';
import type { Logger } from '../log.js';
import { refusedChange } from './changes.js';

/** The pinned trust root as its file says it, while the process runs. */
export interface LiveKeyring extends OpenKeyring {
  /** As it was last accepted. */
  readonly published: Keyring;
  /** Why the file as it is now is not followed; undefined where it is. */
  readonly refused: string | undefined;
  /**
   * Looks at the file, and follows it where it has changed.
   * @returns whether the keyring is another one now
   */
  refresh(): boolean;
}

/** How often the file is looked at: a revoked key is refused this much later, at the latest. */
export const keyringEveryMs = 500;

/**
 * Follows `keyring.json`. It is swapped as a whole, and only for one that takes nothing back (`refusedChange`): a file that
 * is missing, invalid or takes something back leaves the last good one standing, and is said once, loudly. Keys that stay
 * keep their imported object, by which the signature caches know them.
 */
export function followKeyring(options: {
  readonly path: string;
  /** As read at start. */
  readonly keyring: Keyring;
  readonly crypto: CryptoPort;
  readonly log: Pick<Logger, 'error' | 'info'>;
}): LiveKeyring {
  const { path, log } = options;
  const crypto = importingOnce(options.crypto);
  let published = options.keyring;
  let open = openKeyring(crypto, published);
  let seen = '';
  let refused: string | undefined;

  const refuse = (why: string, fault?: unknown): boolean => {
    if (why !== refused)
      log.error({ path, why, fault }, 'the keyring file is not followed; the last good one stands');
    refused = why;
    return false;
  };
  const follow = (): boolean => {
    let next: Keyring;
    try {
      next = readKeyring(path);
    } catch (fault) {
      return refuse(fault instanceof Error ? fault.message : String(fault), fault);
    }
    const change = refusedChange(published, next);
    if (change !== undefined) return refuse(change);
    refused = undefined;
    if (JSON.stringify(next) === JSON.stringify(published)) return false;
    open = openKeyring(crypto, next);
    published = next;
    log.info({ keys: next.keys.length }, 'the keyring has changed');
    return true;
  };

  return {
    find: (query) => open.find(query),
    describe: (keyId) => open.describe(keyId),
    list: () => open.list(),
    get published() {
      return published;
    },
    get refused() {
      return refused;
    },
    refresh() {
      const stamp = stampOf(path);
      if (stamp === undefined) {
        seen = '';
        return refuse('it is missing');
      }
      if (stamp === seen) return false;
      // Taken before the file is read: what is written meanwhile is seen the next time.
      seen = stamp;
      return follow();
    },
  };
}

function stampOf(path: string): string | undefined {
  try {
    const { mtimeNs, size, ino } = statSync(path, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch {
    return undefined;
  }
}

/** One object per public key, however often the keyring is opened. A keyring has at most a thousand, and loses none. */
function importingOnce(crypto: CryptoPort): CryptoPort {
  const imported = new Map<string, VerifyingKey>();
  return {
    ...crypto,
    importPublicKey(raw) {
      const known = imported.get(raw) ?? crypto.importPublicKey(raw);
      imported.set(raw, known);
      return known;
    },
  };
}
