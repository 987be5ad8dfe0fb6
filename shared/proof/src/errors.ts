import { Fault, type FaultDetails } from '@marketops/contracts';

const nextByCode = {
  json_too_deep: 'Nest less deeply; the limit stands in the message.',
  json_too_large: 'Send less, or put the large part into a blob.',
  json_not_canonical: 'Serialise it by RFC 8785 (JSON Canonicalization Scheme) before signing or sending.',
  json_unsupported_value:
    'Use only JSON values: well-formed strings, booleans, null, numbers a double holds exactly.',
  json_duplicate_key: 'Name every member of an object once.',
  json_malformed: 'Correct the JSON at the place the message names.',
  key_invalid: 'Generate the key anew with `marketops init` and distribute the new keyring.',
  key_unknown: 'Load the keyring that lists this key; if it never did, treat what it signed as forged.',
  key_revoked: 'Do not act on it. List what the key signed, and have it done again under a valid key.',
  key_expired: 'Sign with the key that replaced it; the keyring lists it.',
  key_not_yet_valid: "Compare the clocks, then the key's `not_before` in the keyring.",
  key_wrong_purpose: 'Do not act on it: the key is genuine and was used for something it may not sign.',
  signature_malformed: 'Send the signature as the padded base64 of exactly its raw bytes.',
  signature_invalid: 'Do not act on it: the bytes are not what was signed, or another key signed them.',
  assertion_missing: 'Sign with the passkey on a page of the console: a bare signature of its key is none.',
  assertion_unexpected: 'Send a passkey’s assertion with a passkey’s key only.',
  assertion_malformed:
    'Sign it anew on a page of the console; nothing but what the authenticator gave is taken.',
  assertion_wrong_type: 'Do not act on it: the passkey was used for something else than to sign.',
  assertion_wrong_challenge: 'Do not act on it: the passkey signed other words, or for another plan.',
  assertion_wrong_origin:
    'Sign on one of the pages the keyring lists with the passkey; otherwise do not act on it.',
  assertion_wrong_rp: 'Do not act on it: the passkey was used for another site.',
  assertion_user_unverified: 'Sign again, and let the authenticator verify you: PIN, fingerprint or face.',
  digest_mismatch: 'Do not act on it: the content is not what the digest names.',
  inclusion_invalid: 'Do not act on it: what was presented is not what the batch signature covers.',
  epoch_mismatch: 'Fetch it again: it belongs to another life of the store.',
  actor_mismatch: 'Do not act on it: the signer and the claimed actor differ.',
  emitter_not_allowed: 'Do not act on it: this actor may not say this, or not here (law E3).',
  event_invalid: 'Hold the stream and report it: a signed event does not fit the vocabulary.',
  stream_mismatch: 'Hold the stream: the event was signed for another one.',
  sequence_gap: 'Load the stream again; if the gap stays, hold it and repair from the ledger.',
  entry_invalid: 'Restore this entry from the journal or a mirror: its bytes are not a ledger entry.',
  chain_broken: 'Stop trusting the log from this entry on, and compare it with a mirror or checkpoint.',
  note_malformed: 'Fetch it again; if it stays so, whoever serves it does not speak c2sp.org/signed-note.',
  note_unsigned: 'Configure the verifier key of whoever should have signed it; otherwise do not act on it.',
  checkpoint_malformed:
    'Fetch it again; if it stays so, whoever signed it does not speak c2sp.org/tlog-checkpoint.',
  checkpoint_origin: 'Do not act on it: it is of another log. Compare the origin with `log_origin`.',
  witnesses_missing:
    'Fetch the checkpoint again later; if witnesses stay away, ask them what they have seen.',
  consistency_invalid:
    'Keep both checkpoints: together they show that the log was forked or rewritten. Stop trusting it.',
  tlog_proof_malformed: 'Have the proof made anew; it is not what c2sp.org/tlog-proof says.',
  add_checkpoint_malformed: 'Ask as c2sp.org/tlog-witness says: old size, proof, empty line, checkpoint.',
  leaf_not_in_log: 'Do not act on it: the log does not hold this entry there.',
  version_unsupported: 'Update this reader: the writer is newer.',
} as const;

export type ProofErrorCode = keyof typeof nextByCode;

/**
 * A refusal of this package: bytes, keys or proofs that are not what they claim to be. Always terminal: the same bytes
 * get the same answer. Messages name the place, never key material or payloads.
 */
export class ProofError extends Fault<ProofErrorCode> {
  constructor(code: ProofErrorCode, message: string, details: Partial<FaultDetails> = {}) {
    super(code, message, { next: nextByCode[code], ...details });
  }
}
