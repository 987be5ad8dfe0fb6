import {
  type CryptoPort,
  canonicalJson,
  decodeBase64,
  encodeBase64,
  type OpenKeyring,
  ProofError,
  parseCanonicalJson,
  preAuthEncoding,
  type SigningKey,
} from '@marketops/proof';

/** A record the ledger signs by itself: `signature` covers the canonical JSON of all its other members. */
export interface SignedRecord {
  readonly key_id: string;
  readonly signature: string;
}

const signedBytes = (payloadType: string, record: object): string => {
  const { signature: _, ...body } = record as Record<string, unknown>;
  return preAuthEncoding(payloadType, canonicalJson(body));
};

/** @returns the record's canonical JSON with its signature inside */
export function signRecord(
  crypto: CryptoPort,
  payloadType: string,
  body: Readonly<Record<string, unknown>>,
  key: SigningKey,
): string {
  const signature = encodeBase64(crypto.sign(key, signedBytes(payloadType, body)));
  return canonicalJson({ ...body, signature });
}

/**
 * Parses and verifies what `signRecord` made: canonical form, shape, key and signature.
 * @throws ProofError `json_*`, `key_*`, `actor_mismatch`, `signature_*`, or what `parse` throws
 */
export function readSignedRecord<Value extends SignedRecord>(
  crypto: CryptoPort,
  options: {
    readonly text: string;
    readonly payloadType: string;
    readonly keyring: OpenKeyring;
    readonly parse: (value: unknown) => Value;
  },
): Value {
  const { text, payloadType, keyring, parse } = options;
  const record = parse(parseCanonicalJson(text));
  const key = keyring.find({ keyId: record.key_id, purpose: 'acknowledgement', actor: 'ledger' });
  // Base64 has four spellings of one signature; only one of them was written, and only that one is decoded.
  const raw = decodeBase64(record.signature, 64);
  if (raw === undefined) {
    throw new ProofError('signature_malformed', 'The signature is not 64 bytes in base64.');
  }
  if (!crypto.verify(key, signedBytes(payloadType, record), raw)) {
    throw new ProofError('signature_invalid', 'The ledger did not sign this.');
  }
  return record;
}
