import type { Actor, Statement } from '@marketops/contracts';
import { signBatch, verifyBatchLeaf } from './batch.js';
import { canonicalJson } from './canonical.js';
import type { CryptoPort, SigningKey } from './crypto-port.js';
import { ProofError } from './errors.js';
import type { OpenKeyring } from './keyring.js';
import type { SignatureCache } from './signature-cache.js';

export const statementPayloadType = 'application/vnd.marketops.statement.v1+json';

export interface SegmentToSign {
  readonly stream: string;
  readonly firstSeq: number;
  /** The canonical JSON of each event. */
  readonly events: readonly string[];
}

export interface SegmentsToSign {
  readonly segments: readonly SegmentToSign[];
  readonly actor: Actor;
  readonly keyId: string;
  readonly epoch: number;
  readonly key: SigningKey;
}

/**
 * The digest of each event's bytes. What could be encoded two ways is refused: a lone surrogate and U+FFFD hash alike.
 */
function digestsOf(
  crypto: CryptoPort,
  { stream, events }: Pick<SegmentToSign, 'stream' | 'events'>,
): string[] {
  const digests: string[] = [];
  for (const event of events) {
    if (!event.isWellFormed()) {
      throw new ProofError('json_unsupported_value', `${stream}: an event is not well-formed text.`);
    }
    digests.push(crypto.sha256Hex(event));
  }
  return digests;
}

// What every stream's id consists of, none of which JSON escapes.
const plainStream = /^[\w/-]+$/;

/** The canonical JSON of a segment's place and digests: spliced where that is the same text. */
function leafOf(stream: string, firstSeq: number, digests: readonly string[]): string {
  return digests.length > 0 && Number.isSafeInteger(firstSeq) && plainStream.test(stream)
    ? `["${stream}",${firstSeq},["${digests.join('","')}"]]`
    : canonicalJson([stream, firstSeq, digests]);
}

/**
 * Signs what one actor appends: one signature over all segments (1 to 65,536), one statement for each.
 * @returns statements, index-aligned with `segments`
 */
export function signSegments(crypto: CryptoPort, input: SegmentsToSign): Statement[] {
  const { segments, actor, keyId, epoch, key } = input;
  const proofs = signBatch(crypto, {
    leaves: segments.map((segment) => leafOf(segment.stream, segment.firstSeq, digestsOf(crypto, segment))),
    domain: statementPayloadType,
    head: { actor, epoch, key_id: keyId },
    key,
  });
  // Member by member: a spread beside members costs the engine more than all of them.
  return proofs.map(({ root, size, index, path, signature }) => ({
    v: 1,
    actor,
    key_id: keyId,
    epoch,
    root,
    size,
    index,
    path,
    signature,
  }));
}

export interface SegmentToVerify extends SegmentToSign {
  readonly statement: Statement;
  readonly keyring: OpenKeyring;
  readonly cache?: SignatureCache | undefined;
  /** See `KeyQuery.at`: the latest time at which this can have been signed. */
  readonly at?: string | undefined;
}

/**
 * Verifies that the actor named in the statement signed exactly these events, at this place of this stream (law E3).
 * Reads nothing inside the events; see `readSegment`.
 * @returns the digest of each event
 * @throws ProofError with the stream and first seq in its message: `version_unsupported`, `key_unknown`,
 * `key_wrong_purpose`, `actor_mismatch`, `key_revoked`, `inclusion_invalid`, `signature_malformed`, `signature_invalid`
 */
export function verifySegment(crypto: CryptoPort, segment: SegmentToVerify): string[] {
  const { statement, stream, firstSeq, keyring, cache, at } = segment;
  const { actor, epoch, key_id } = statement;
  try {
    if (statement.v !== 1) throw new ProofError('version_unsupported', 'The statement is not of version 1.');
    const key = keyring.find({ keyId: key_id, purpose: 'actor', actor, at });
    const digests = digestsOf(crypto, segment);
    verifyBatchLeaf(crypto, {
      leaf: leafOf(stream, firstSeq, digests),
      domain: statementPayloadType,
      head: { actor, epoch, key_id },
      proof: statement,
      key,
      cache,
    });
    return digests;
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new ProofError(error.code, `${stream} from seq ${firstSeq}: ${error.message}`, { cause: error });
  }
}
