import { join } from 'node:path';
import type { Actor, PublicKey } from '@marketops/contracts';
import type { KeyName, SigningKeyName } from '../config/keys.js';
import { ConfigError } from '../errors.js';
import { holderOf } from './changes.js';
import type { KeyWindow } from './choose.js';
import { hmacWindow } from './hmac-keys.js';
import { draftsIn } from './key-files.js';
import { hmacKeysIn, isHmacName, keysOfService, signingKeysIn } from './key-folder.js';

/** What a rotation that did not come to its end has left, or what looks the same: no process is hindered by it yet. */
export interface Unfinished {
  readonly kind: 'draft' | 'private_half_missing' | 'no_successor' | 'secret_not_shared';
  readonly service: Actor;
  readonly name: KeyName;
  /** The key it is about, or a draft's path. */
  readonly subject: string;
  /** From when on something stops, in RFC 3339; undefined where nothing does. */
  readonly until: string | undefined;
}

/** The keys that a rotation replaces; the `marker` never is. */
const isRotated = (name: KeyName): boolean => name !== 'marker';

/**
 * Looks through a service's folder for what is unfinished.
 * @param listed the keys of the keyring; undefined where it cannot be read: then what it would show is left out
 * @returns nothing of what cannot be read: `inspectKeys` tells of that
 */
export function unfinishedKeys(
  keysDir: string,
  service: Actor,
  { listed, nowMs }: { readonly listed: readonly PublicKey[] | undefined; readonly nowMs: number },
): Unfinished[] {
  const names = (keysOfService[service] ?? []).filter(isRotated);
  const drafts = draftsIn(keysDir).flatMap((file): Unfinished[] => {
    const name = names.find((one) => file.startsWith(`${one}.`));
    if (name === undefined) return [];
    return [{ kind: 'draft', service, name, subject: join(keysDir, file), until: undefined }];
  });
  const rest = names.flatMap((name) => {
    if (isHmacName(name)) {
      const held = readable(() => hmacKeysIn(keysDir, name)) ?? [];
      return withoutSuccessor(held.map(hmacWindow), { service, name, nowMs });
    }
    const held = readable(() => signingKeysIn(keysDir, name));
    if (held === undefined || listed === undefined) return [];
    const ids = new Set(held.map(({ keyId }) => keyId));
    return unfinishedSigning(ids, listed, { service, name, nowMs });
  });
  return [...drafts, ...rest];
}

interface Where<Name extends KeyName> {
  readonly service: Actor;
  readonly name: Name;
  readonly nowMs: number;
}

function unfinishedSigning(
  held: ReadonlySet<string>,
  listed: readonly PublicKey[],
  where: Where<SigningKeyName>,
): Unfinished[] {
  const { service, name } = where;
  const ofService = listed.filter((key) => key.purpose === name && holderOf(key) === service);
  const lasting = ofService.filter(({ not_after, revoked_at: revoked }) => !(not_after ?? revoked));
  const missing = lasting
    .filter(({ key_id: id }) => !held.has(id))
    .map(({ key_id: subject }): Unfinished => {
      return { kind: 'private_half_missing', service, name, subject, until: undefined };
    });
  const usable = ofService.filter(({ key_id: id, revoked_at: revoked }) => held.has(id) && revoked === null);
  return [...withoutSuccessor(usable, where), ...missing];
}

/** Keys that can be used and all end: when the last of them has, nothing is signed any more. */
function withoutSuccessor(
  keys: readonly KeyWindow[],
  { service, name, nowMs }: Where<KeyName>,
): Unfinished[] {
  if (keys.some(({ not_after: end }) => end === undefined)) return [];
  const [last] = keys.toSorted((a, b) => ((a.not_after ?? '') < (b.not_after ?? '') ? 1 : -1));
  // Where it has ended, `inspectKeys` says so.
  if (last?.not_after === undefined || Date.parse(last.not_after) <= nowMs) return [];
  return [{ kind: 'no_successor', service, name, subject: last.key_id, until: last.not_after }];
}

/**
 * What federation mints with and the publisher does not accept, or accepts for a shorter time than federation would use it.
 * Nothing where one of the two folders is not here, or cannot be read.
 */
export function unsharedSecrets(
  folders: { readonly federation: string; readonly publisher: string },
  nowMs: number,
): Unfinished[] {
  const name = 'receipt-hmac';
  const minting = readable(() => hmacKeysIn(folders.federation, name));
  const accepted = readable(() => hmacKeysIn(folders.publisher, name));
  if (minting === undefined || accepted === undefined) return [];
  // The newest is the one that is minted with, from ten seconds after it was made.
  const [key] = minting.toSorted((a, b) => ((a.notBefore ?? '') < (b.notBefore ?? '') ? 1 : -1));
  if (key === undefined) return [];
  const same = accepted.find(({ keyId, fingerprint: one }) => keyId === key.keyId && one === key.fingerprint);
  if (same !== undefined && (same.notAfter ?? always) >= (key.notAfter ?? always)) return [];
  const until = same === undefined ? new Date(nowMs).toISOString() : same.notAfter;
  return [{ kind: 'secret_not_shared', service: 'federation', name, subject: key.keyId, until }];
}

/** After every time there is. */
const always = '9';

function readable<Keys>(read: () => Keys): Keys | undefined {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof ConfigError) return undefined;
    throw fault;
  }
}
