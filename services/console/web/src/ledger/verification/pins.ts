import { Pin } from '@marketops/verifier';
import { type Stored, stored } from '../../data/stored.js';

/*
 * What this browser has seen of a log. It lies outside the ledger's reach: who cuts the tail off or writes the chain anew cannot
 * change it here. One per log, since a console may move to another.
 */
const pinsByLog = new Map<string, Stored>();

function storedPin(logOrigin: string): Stored {
  const known = pinsByLog.get(logOrigin) ?? stored(`marketops.pin.${logOrigin}`);
  pinsByLog.set(logOrigin, known);
  return known;
}

/** What this browser last verified of the log; undefined for a first time, or where it keeps nothing. */
export function usePin(logOrigin: string): Pin | undefined {
  return readPin(storedPin(logOrigin).use());
}

export const rememberPin = (pin: Pin): void => storedPin(pin.log_origin).set(JSON.stringify(pin));
export const forgetPin = (logOrigin: string): void => storedPin(logOrigin).set(undefined);

/** Damaged is as good as absent here: the page says before it verifies that it has seen nothing. */
export function readPin(text: string | undefined): Pin | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed = Pin.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The keyring that this person brought. Kept, so that the server cannot put its own in the place of it the next time. */
export const ownKeyring = stored('marketops.keyring');
