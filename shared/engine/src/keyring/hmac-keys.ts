import type { HmacKey } from '@marketops/proof';
import type { Clock } from '../clock.js';
import type { HeldHmacKey, HmacKeyName } from '../config/keys.js';
import type { Logger } from '../log.js';
import { type HeldKeys, holdKeys, type Windowed } from './held-keys.js';
import { hmacKeysIn } from './key-folder.js';

interface HmacSource {
  readonly keysDir: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error' | 'info'>;
}

const always = '1970-01-01T00:00:00.000Z';

/** When a secret counts, as its file says it. */
export const hmacWindow = (held: HeldHmacKey): Windowed<HeldHmacKey> => ({
  key_id: held.keyId,
  not_before: held.notBefore ?? always,
  ...(held.notAfter === undefined ? {} : { not_after: held.notAfter }),
  revoked_at: null,
  held,
  listed: held,
});

/** Shared secrets with the one to sign with; each file says itself when its secret counts. */
export const holdHmacKeys = ({ keysDir, clock, log }: HmacSource, name: HmacKeyName): HeldKeys<HeldHmacKey> =>
  holdKeys<HeldHmacKey>({
    ...{ keysDir, clock, log },
    what: `${name} key`,
    read: () => hmacKeysIn(keysDir, name),
    windowed: (keys) => keys.map(hmacWindow),
    isCurrent: () => true,
  });

/** Key id → secret, of those that count now: for whoever verifies. During a rotation there are two. */
export function verifyingHmacKeys(
  keys: HeldKeys<HeldHmacKey>,
  clock: Clock,
): Pick<ReadonlyMap<string, HmacKey>, 'get'> {
  return {
    get(keyId) {
      const found = keys.all().find((key) => key.keyId === keyId);
      if (found?.notAfter !== undefined && clock.nowMs() >= Date.parse(found.notAfter)) return undefined;
      return found?.key;
    },
  };
}
