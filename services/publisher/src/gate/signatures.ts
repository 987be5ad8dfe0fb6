import { ProofError, verifyReceiptSignatures } from '@marketops/proof';
import { type Answer, notAsked, pass, refuse } from './answer.js';
import type { GateContext } from './context.js';

/**
 * Check 3: both signatures hold, by keys that are known, meant for minting and not revoked (laws P2, R2, F3). The HMAC
 * alone would not do: this process holds its key, and could mint with it.
 */
export function checkSignatures({ receipt, rules, now }: GateContext): Answer {
  if (receipt === undefined) return notAsked;
  try {
    verifyReceiptSignatures(rules.crypto, receipt, {
      keyring: rules.keyring,
      hmacKeys: rules.hmacKeys,
      at: now,
    });
    return pass;
  } catch (fault) {
    if (!(fault instanceof ProofError)) throw fault;
    return refuse(
      fault.code,
      `The receipt's signatures do not hold: ${fault.message}`,
      'Do not act on it. If a key was rotated or revoked, submit the plan again.',
    );
  }
}
