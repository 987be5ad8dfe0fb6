import {
  type EventEnvelope,
  emitterFault,
  type MarketOpsEvent,
  parseEvent,
  streamKind,
} from '@marketops/contracts';
import type { CryptoPort } from './crypto-port.js';
import { ProofError, type ProofErrorCode } from './errors.js';
import { parseCanonicalJson } from './parse-json.js';
import { quoted } from './quoted.js';
import { type SegmentToVerify, verifySegment } from './statement.js';

/** A segment that may be acted on. */
export interface ReadSegment {
  readonly events: MarketOpsEvent[];
  /** Of every event, the unknown ones included. */
  readonly digests: string[];
  /**
   * Correctly signed events of a type or version this release does not know, as sentences naming stream and seq. A
   * reader that finds any holds the stream: it can fold neither with them nor without them.
   */
  readonly unknown: string[];
}

type Placed = Pick<EventEnvelope, 'stream' | 'seq' | 'actor'>;

function checkPlace(event: Placed, stream: string, seq: number, actor: string): void {
  const refuse = (code: ProofErrorCode, what: string): never => {
    throw new ProofError(code, `${stream} seq ${seq}: ${what}`);
  };
  if (event.stream !== stream)
    refuse('stream_mismatch', `the event says it stands in ${quoted(event.stream)}.`);
  if (event.seq !== seq) refuse('sequence_gap', `the event says it is seq ${event.seq}.`);
  if (event.actor !== actor) refuse('actor_mismatch', `${actor} signed an event that names ${event.actor}.`);
}

function parseBytes(bytes: string, stream: string, seq: number): unknown {
  try {
    return parseCanonicalJson(bytes);
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new ProofError(cause.code, `${stream} seq ${seq}: ${cause.message}`, { cause });
  }
}

/** What of an unknown event must still hold: unknown is its meaning, not its place. */
const placeOf = (value: unknown): Placed => value as Placed;

/**
 * Verifies a segment and reads it: signature first (law F3), then the bytes' canonical form, then each event's place
 * (stream, gapless seq, signing actor), then who may say it here (law E3), then its shape. One event amiss refuses the
 * whole segment.
 * @throws ProofError as `verifySegment`, and `json_*`, `stream_mismatch`, `sequence_gap`, `actor_mismatch`,
 * `emitter_not_allowed`, `event_invalid`; the message names stream and seq
 */
export function readSegment(crypto: CryptoPort, segment: SegmentToVerify): ReadSegment {
  const { stream, firstSeq, statement } = segment;
  const digests = verifySegment(crypto, segment);
  const kind = streamKind(stream);
  const events: MarketOpsEvent[] = [];
  const unknown: string[] = [];
  for (const [index, bytes] of segment.events.entries()) {
    const seq = firstSeq + index;
    const value = parseBytes(bytes, stream, seq);
    const parsed = parseEvent(value);
    if ('fault' in parsed) {
      if (!parsed.unknown) throw new ProofError('event_invalid', `${stream} seq ${seq}: ${parsed.fault}`);
      checkPlace(placeOf(value), stream, seq, statement.actor);
      unknown.push(`${stream} seq ${seq}: ${parsed.fault}`);
      continue;
    }
    checkPlace(parsed.event, stream, seq, statement.actor);
    const fault = emitterFault(parsed.event, kind);
    if (fault !== undefined) throw new ProofError('emitter_not_allowed', `${stream} seq ${seq}: ${fault}`);
    events.push(parsed.event);
  }
  return { events, digests, unknown };
}
