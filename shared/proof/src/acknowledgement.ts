import { type Acknowledgement, invariant } from '@marketops/contracts';
import { signBatch, verifyBatchLeaf } from './batch.js';
import { canonicalJson } from './canonical.js';
import type { CryptoPort, SigningKey } from './crypto-port.js';
import { ProofError } from './errors.js';
import type { OpenKeyring } from './keyring.js';
import type { SignatureCache } from './signature-cache.js';

export const acknowledgementPayloadType = 'application/vnd.marketops.acknowledgement.v1+json';

export interface AcknowledgementsToSign {
  /** Each stream with the seq up to which it is durable, and its running digest there. */
  readonly streams: readonly (readonly [stream: string, seq: number, digest: string])[];
  readonly term: number;
  readonly epoch: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** The chain's hash at `lastSequence`. */
  readonly lastHash: string;
  readonly keyId: string;
  readonly key: SigningKey;
}

type Head = Pick<
  Acknowledgement,
  'epoch' | 'first_sequence' | 'key_id' | 'last_hash' | 'last_sequence' | 'term'
>;

/** Named one by one: a field that is not listed here is not signed. */
const headOf = ({ epoch, first_sequence, key_id, last_hash, last_sequence, term }: Head): Head => ({
  epoch,
  first_sequence,
  key_id,
  last_hash,
  last_sequence,
  term,
});

const leafOf = (stream: string, seq: number, digest: string): string => canonicalJson([stream, seq, digest]);

/**
 * Signs the ledger's word after a commit: one signature for 1 to 65,536 streams.
 * @returns acknowledgements, index-aligned with `streams`
 */
export function signAcknowledgements(crypto: CryptoPort, input: AcknowledgementsToSign): Acknowledgement[] {
  const head = headOf({
    epoch: input.epoch,
    first_sequence: input.firstSequence,
    key_id: input.keyId,
    last_hash: input.lastHash,
    last_sequence: input.lastSequence,
    term: input.term,
  });
  const proofs = signBatch(crypto, {
    leaves: input.streams.map(([stream, seq, digest]) => leafOf(stream, seq, digest)),
    domain: acknowledgementPayloadType,
    head,
    key: input.key,
  });
  return input.streams.map(([stream, seq, digest], index) => {
    const proof = proofs[index];
    invariant(proof !== undefined, 'signBatch returns one proof per leaf.');
    return { v: 1, stream, seq, digest, ...head, ...proof };
  });
}

export interface AcknowledgementToVerify {
  readonly ack: Acknowledgement;
  readonly keyring: OpenKeyring;
  readonly cache?: SignatureCache | undefined;
  /** See `KeyQuery.at`. */
  readonly at?: string | undefined;
}

/**
 * Verifies that the ledger signed that `ack.stream` is durable up to `ack.seq` with the events of `ack.digest`. Whether
 * those are the stream and the events one waits for is the caller's question.
 * @throws ProofError naming the stream: `version_unsupported`, `key_*`, `actor_mismatch`, `inclusion_invalid`, `signature_*`
 */
export function verifyAcknowledgement(crypto: CryptoPort, input: AcknowledgementToVerify): void {
  const { ack, keyring, cache, at } = input;
  try {
    if (ack.v !== 1) throw new ProofError('version_unsupported', 'The acknowledgement is not of version 1.');
    const key = keyring.find({ keyId: ack.key_id, purpose: 'acknowledgement', actor: 'ledger', at });
    verifyBatchLeaf(crypto, {
      leaf: leafOf(ack.stream, ack.seq, ack.digest),
      domain: acknowledgementPayloadType,
      head: headOf(ack),
      proof: ack,
      key,
      cache,
    });
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new ProofError(error.code, `Acknowledgement of ${ack.stream}: ${error.message}`, { cause: error });
  }
}
