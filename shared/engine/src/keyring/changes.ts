import type { Keyring, PublicKey } from '@marketops/contracts';

/** The service, person or system that holds the private half. */
export function holderOf(key: PublicKey): string {
  if ('actor' in key) return key.actor;
  return 'principal' in key ? key.principal : key.issuer;
}

/**
 * Why one keyring may not take the place of another, or undefined. It is the pinned trust root: keys are added, given an
 * end, and revoked; nothing that was said of a key is ever taken back. Groups and kinds may change.
 */
export function refusedChange(before: Keyring, after: Keyring): string | undefined {
  if (after.environment !== before.environment || after.log_origin !== before.log_origin)
    return 'it is of another environment or log';
  const later = new Map(after.keys.map((key) => [key.key_id, key]));
  for (const key of before.keys) {
    const now = later.get(key.key_id);
    const what = now === undefined ? 'is gone' : refusedKeyChange(key, now);
    if (what !== undefined) return `the key ${key.key_id} ${what}`;
  }
  return undefined;
}

function refusedKeyChange(before: PublicKey, after: PublicKey): string | undefined {
  if (after.public_key !== before.public_key) return 'has another public key';
  if (after.purpose !== before.purpose || after.algorithm !== before.algorithm) return 'has another purpose';
  if (holderOf(after) !== holderOf(before)) return 'has another holder';
  if (after.not_before !== before.not_before) return 'has another not_before';
  if (isTakenBack(before.not_after, after.not_after)) return 'is valid for longer than it was';
  if (isTakenBack(before.revoked_at, after.revoked_at)) return 'is not revoked any more, or only later';
  return undefined;
}

/** An end, once said, may come sooner and never later. */
const isTakenBack = (before: string | null | undefined, after: string | null | undefined): boolean =>
  typeof before === 'string' && (typeof after !== 'string' || after > before);
