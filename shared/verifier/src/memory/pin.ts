import { Digest, Time } from '@marketops/contracts';
import { z } from 'zod';
import { JournalError } from '../journal/errors.js';

/**
 * What a verifier remembers of a log: the newest entry it has verified. Who cuts the tail or rewrites the chain to the
 * same length cannot also change this file, if it is kept where the ledger's user may not write.
 */
export const Pin = z.strictObject({
  log_origin: z.string().max(200),
  sequence: z.int().min(0),
  hash: Digest,
  pinned_at: Time,
});
export type Pin = z.infer<typeof Pin>;

/**
 * @param where the pin was read, for the message
 * @throws JournalError `pin_invalid` for what is no pin of this log: a damaged memory is not an empty one
 */
export function parsePin(text: string, logOrigin: string, where: string): Pin {
  let pin: Pin;
  try {
    pin = Pin.parse(JSON.parse(text));
  } catch (cause) {
    throw new JournalError('pin_invalid', `${where} does not hold a pin.`, { cause });
  }
  if (pin.log_origin !== logOrigin)
    throw new JournalError('pin_invalid', `${where} is the pin of ${pin.log_origin}, not of ${logOrigin}.`);
  return pin;
}
