import { limits, type PublicKey } from '@marketops/contracts';
import type { Broken } from './receipts.js';
import { shown, textOf, timeMsOf } from './record.js';

/** When something was signed: as the signer says, and by when the ledger had it. */
export interface Signed {
  readonly signedAt: unknown;
  /** The ledger's clock, so that it was signed no later. */
  readonly receivedAt: string;
}

/**
 * How long after a key's end the ledger may receive what it signed before: what was appended waits for a ledger that is down. An
 * authorization lasts no longer either.
 */
const lateMsMax = 24 * 3_600_000;

/**
 * Law E3: a key signs between its `not_before` and its `not_after`. The ledger's clock shows what came too early, since it
 * was signed before it came; what came late may have waited, so there the signer's own word shows it, or more than a day.
 * Whose key was revoked is asked elsewhere.
 * @param key as the keyring lists it; a key it does not list signed nothing that gets here
 */
export function keyWindowFault(
  key: PublicKey | undefined,
  { signedAt, receivedAt }: Signed,
): Broken | undefined {
  if (key === undefined) return undefined;
  const { key_id: id, not_before: from, not_after: until } = key;
  const told = (what: string): Broken => ({ code: 'key_out_of_time', what: `the key ${id} ${what}` });
  const signed = textOf(signedAt);
  // Times of the one form compare as text: nearly always that is all.
  if (receivedAt >= from && signed >= from && (until === undefined || (receivedAt < until && signed < until)))
    return undefined;
  const [signedMs, receivedMs] = [timeMsOf(signed), timeMsOf(receivedAt)];
  const skewMs = limits.clockSkewMsMax;
  const fromMs = timeMsOf(from);
  if (receivedMs + skewMs < fromMs)
    return told(`is valid from ${from} on, and the ledger received this at ${receivedAt}`);
  if (signedMs + skewMs < fromMs)
    return told(`is valid from ${from} on, and signed this at ${shown(signed)}`);
  if (until === undefined) return undefined;
  const untilMs = timeMsOf(until);
  if (signedMs - skewMs >= untilMs)
    return told(`was valid until ${until}, and signed this at ${shown(signed)}`);
  if (receivedMs - lateMsMax >= untilMs)
    return told(
      `was valid until ${until}, and the ledger received this at ${receivedAt}, more than a day later`,
    );
  return undefined;
}
