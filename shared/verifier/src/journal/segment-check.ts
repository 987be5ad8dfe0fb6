import {
  type Actor,
  emitterFault,
  isEventType,
  type LedgerEntry,
  type Statement,
  streamKind,
} from '@marketops/contracts';
import { type CryptoPort, type OpenKeyring, type SignatureCache, verifySegment } from '@marketops/proof';

/** An event's place, as far as its bytes say it. */
export interface EventPlace {
  readonly stream: string;
  readonly seq: number;
  readonly type: string;
  readonly version: number;
  readonly actor: string;
}

/** @returns undefined where the event lacks one of them */
export function placeOf({ event }: LedgerEntry): EventPlace | undefined {
  const { stream, seq, type, version, actor } = event;
  const placed =
    typeof stream === 'string' &&
    typeof type === 'string' &&
    typeof actor === 'string' &&
    Number.isSafeInteger(seq) &&
    Number.isSafeInteger(version);
  return placed ? { stream, seq: seq as number, type, version: version as number, actor } : undefined;
}

/** True for a type or version this release does not know: what it means is open, that it was said is not. */
export const isUnknownEvent = ({ type, version }: EventPlace): boolean => !isEventType(type) || version !== 1;

/** Why an event may not stand where it stands under this statement (law E3), or undefined. */
export function placeFault(
  place: EventPlace,
  expected: { readonly stream: string; readonly seq: number; readonly actor: Actor },
): string | undefined {
  if (place.stream !== expected.stream)
    return `the event says it stands in ${place.stream.slice(0, 200)}, its segment in ${expected.stream}`;
  if (place.seq !== expected.seq) return `the event says it is seq ${place.seq}, not ${expected.seq}`;
  if (place.actor !== expected.actor) return `${expected.actor} signed an event that names ${place.actor}`;
  return isUnknownEvent(place) ? undefined : emitterFault(place, streamKind(place.stream));
}

export interface SegmentToCheck {
  readonly statement: Statement;
  readonly stream: string;
  readonly firstSeq: number;
  readonly events: readonly string[];
}

/** @throws ProofError as `verifySegment` */
export function checkSignature(
  crypto: CryptoPort,
  segment: SegmentToCheck,
  by: { readonly keyring: OpenKeyring; readonly cache: SignatureCache; readonly at?: string },
): void {
  verifySegment(crypto, { ...segment, ...by });
}
