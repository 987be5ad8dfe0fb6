import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import { type Choice, chooseKey, type KeyWindow } from './choose.js';
import { folderStamp } from './key-folder.js';

/** Keys of one name, as the folder has them, with the one to sign with. */
export interface HeldKeys<Key> {
  /**
   * The key to sign with now. Costs a comparison of times and `isCurrent` unless something has changed.
   * @throws ConfigError (hold) where none may be signed with
   */
  current(): Key;
  all(): readonly Key[];
  /** Looks whether the folder has changed. A folder that cannot be read, or holds what is no key, changes nothing. */
  refresh(): void;
}

/** A key together with when it may be used. */
export interface Windowed<Key> extends KeyWindow {
  readonly held: Key;
  /** What says so. */
  readonly listed: unknown;
}

/**
 * Keys that are rotated by putting a file beside them. The old one is used until the new one has settled.
 * @throws ConfigError where the folder holds what is no key
 */
export function holdKeys<Key>(options: {
  readonly keysDir: string;
  /** For messages: `mint key`. */
  readonly what: string;
  readonly read: () => readonly Key[];
  /** With the window each has now; a key that the keyring does not list has none, and is left out. */
  readonly windowed: (keys: readonly Key[]) => readonly Windowed<Key>[];
  /** Whether the window that a choice was made by is still the one that counts. */
  readonly isCurrent: (choice: Windowed<Key>) => boolean;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error' | 'info'>;
}): HeldKeys<Key> {
  const { keysDir, what, windowed, isCurrent, clock, log } = options;
  let seen = folderStamp(keysDir);
  let keys = options.read();
  let choice: Choice<Windowed<Key>> | undefined;
  let lastId: string | undefined;
  let complained = '';

  const choose = (nowMs: number): Choice<Windowed<Key>> => {
    const chosen = chooseKey(windowed(keys), nowMs, what);
    const keyId = chosen.key.key_id;
    if (lastId !== undefined && lastId !== keyId)
      log.info({ key_id: keyId, before: lastId }, `another ${what} is signed with now`);
    lastId = keyId;
    choice = chosen;
    return chosen;
  };

  return {
    current() {
      const nowMs = clock.nowMs();
      if (choice !== undefined && nowMs < choice.untilMs && isCurrent(choice.key)) return choice.key.held;
      return choose(nowMs).key.held;
    },
    all: () => keys,
    refresh() {
      const stamp = folderStamp(keysDir);
      if (stamp === seen) return;
      try {
        keys = options.read();
        // Only now: what could not be read is read again the next time.
        seen = stamp;
        complained = '';
        choice = undefined;
      } catch (fault) {
        const why = fault instanceof Error ? fault.message : String(fault);
        if (why !== complained) log.error({ fault }, `the folder of the ${what} is not followed`);
        complained = why;
      }
    },
  };
}
