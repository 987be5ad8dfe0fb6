import type { PublicKey } from '@marketops/contracts';
import { ConfigError } from '../errors.js';

/** When a key may be signed with; times as the keyring has them. */
export type KeyWindow = Pick<PublicKey, 'key_id' | 'not_before' | 'not_after' | 'revoked_at'>;

/**
 * A new key is used this much later where an older one is still good: until then every process has read the keyring that
 * lists it, and clocks may differ by five seconds.
 */
export const settleMs = 10_000;

const msOf = (time: string): number => Date.parse(time);

/** What may be signed with at that time; `candidates` in any order. */
const isUsable = ({ not_before, not_after, revoked_at }: KeyWindow, nowMs: number): boolean =>
  revoked_at === null && msOf(not_before) <= nowMs && (not_after === undefined || nowMs < msOf(not_after));

/** The key to sign with, and until when that is the answer. */
export interface Choice<Key extends KeyWindow> {
  readonly key: Key;
  readonly untilMs: number;
}

/**
 * The newest of the keys that have settled, else the newest that is valid at all: a lone key, or the one that takes a
 * revoked key's place, is used at once.
 * @throws ConfigError (hold) `key_revoked`, `key_expired`, `key_not_yet_valid`, where none may be signed with
 */
export function chooseKey<Key extends KeyWindow>(
  candidates: readonly Key[],
  nowMs: number,
  what: string,
): Choice<Key> {
  const usable = candidates.filter((key) => isUsable(key, nowMs));
  const settled = usable.filter((key) => msOf(key.not_before) + settleMs <= nowMs);
  const [key] = (settled.length > 0 ? settled : usable).toSorted(newestFirst);
  if (key === undefined) throw noneUsable(candidates, nowMs, what);
  const turns = candidates.flatMap(({ not_before }) => [msOf(not_before), msOf(not_before) + settleMs]);
  const end = key.not_after === undefined ? [] : [msOf(key.not_after)];
  return { key, untilMs: Math.min(...[...turns, ...end].filter((ms) => ms > nowMs)) };
}

const newestFirst = (a: KeyWindow, b: KeyWindow): number => (a.not_before < b.not_before ? 1 : -1);

function noneUsable(candidates: readonly KeyWindow[], nowMs: number, what: string): ConfigError {
  const [newest] = candidates.toSorted(newestFirst);
  const details = {
    next: 'Make a new one with marketops keys rotate; what waits for it goes on by itself.',
    retry: 'hold' as const,
  };
  if (newest === undefined) return new ConfigError('key_missing', `there is no ${what}`, details);
  const { key_id: id, not_before, not_after, revoked_at } = newest;
  if (revoked_at !== null)
    return new ConfigError('key_revoked', `the ${what} ${id} was revoked at ${revoked_at}`, details);
  if (not_after !== undefined && nowMs >= msOf(not_after))
    return new ConfigError('key_expired', `the ${what} ${id} was valid until ${not_after}`, details);
  return new ConfigError('key_not_yet_valid', `the ${what} ${id} is valid from ${not_before} on`, {
    ...details,
    next: 'Compare the clocks, then the key’s not_before in the keyring.',
  });
}
