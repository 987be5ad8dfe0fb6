import type { Receipt } from '@marketops/contracts';
import {
  type CryptoPort,
  type OpenKeyring,
  ProofError,
  type VerifyingKey,
  verifyReceiptOrigin,
} from '@marketops/proof';
import type { VerdictCode } from '../journal/errors.js';
import { keyWindowFault } from './key-window.js';
import { type Members, membersOf } from './record.js';

/** Verifies an Ed25519 signature now, or elsewhere and later. */
export type SignatureVerifier = (
  key: VerifyingKey,
  data: string | Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

export interface OriginOptions {
  readonly crypto: CryptoPort;
  readonly keyring: OpenKeyring;
  readonly verify?: SignatureVerifier | undefined;
}

/** What keeps a receipt from being the mint's. */
export interface OriginFault {
  readonly code: Extract<VerdictCode, 'receipt_forged' | 'key_revoked' | 'key_out_of_time'>;
  readonly what: string;
}

const forged = (what: string): OriginFault => ({
  code: 'receipt_forged',
  what: `a receipt the mint did not sign: ${what}`,
});

/**
 * Asks of every receipt whether a mint key signed it (law F1). Each has a signature of its own, which costs several times
 * what the rest of its entry does: so everything is derived here, and only the curve arithmetic may happen elsewhere.
 * @returns what is wrong, or undefined; a promise where `verify` gave one
 */
export function originCheck({
  crypto,
  keyring,
  verify = crypto.verify,
}: OriginOptions): (
  receipt: Members,
  committedAt: string,
) => OriginFault | undefined | Promise<OriginFault | undefined> {
  const asked: { answer: boolean | Promise<boolean> } = { answer: false };
  const answered = (): boolean | Promise<boolean> => asked.answer;
  const deferring: CryptoPort = {
    ...crypto,
    verify: (key, data, signature) => {
      asked.answer = verify(key, data, signature);
      return true;
    },
  };
  const ask = (receipt: Members, at: string | undefined): void =>
    // Its shape is not believed either: what it lacks, the signature over it lacks.
    verifyReceiptOrigin(deferring, receipt as unknown as Receipt, { keyring, at });
  return (receipt, committedAt) => {
    const keyId = receipt['key_id'];
    if (typeof keyId !== 'string' || typeof membersOf(receipt['signatures'])['ed25519'] !== 'string')
      return forged('it has no signature');
    asked.answer = false;
    try {
      try {
        ask(receipt, undefined);
      } catch (fault) {
        if (!(fault instanceof ProofError) || fault.code !== 'key_revoked') throw fault;
        // Revoked since: the ledger's clock says whether it was minted before.
        ask(receipt, committedAt);
      }
    } catch (fault) {
      if (!(fault instanceof ProofError)) throw fault;
      const what = fault.message.replace(/\.$/, '');
      return fault.code === 'key_revoked' ? { code: 'key_revoked', what } : forged(what);
    }
    const judge = (holds: boolean): OriginFault | undefined => {
      if (!holds) return forged('its Ed25519 signature does not hold');
      const signed = { signedAt: receipt['issued_at'], receivedAt: committedAt };
      const fault = keyWindowFault(keyring.describe(keyId), signed);
      return fault === undefined ? undefined : { code: 'key_out_of_time', what: fault.what };
    };
    const answer = answered();
    return typeof answer === 'boolean' ? judge(answer) : answer.then(judge);
  };
}
