import { Acknowledgement, guarded } from '@marketops/contracts';
import {
  type CryptoPort,
  createSignatureCache,
  type OpenKeyring,
  verifyAcknowledgement,
} from '@marketops/proof';
import type { RestorePorts } from './ports.js';

const acknowledgementOf = guarded(Acknowledgement).parse;

/** Reads words of the ledger out of Redis, where anybody may have put anything: what is not signed by it is none. */
export function openWords(crypto: CryptoPort, keyring: OpenKeyring): RestorePorts['readWord'] {
  const cache = createSignatureCache();
  return (text) => {
    if (text === null) return undefined;
    try {
      const ack = acknowledgementOf(JSON.parse(text));
      verifyAcknowledgement(crypto, { ack, keyring, cache });
      return ack;
    } catch {
      return undefined;
    }
  };
}
