import { foldRun, type MarketOpsEvent } from '@marketops/contracts';
import type { StreamHead } from '@marketops/journal';
import { emptyStreamDigest, extendStreamDigest, signAcknowledgements } from '@marketops/proof';
import type { RawSegment, Restoration, RestoredStream } from '@marketops/store';
import { LedgerError } from '../errors.js';
import type { StreamGroup } from './heads-by-run.js';
import type { JournaledSegment } from './journal-segments.js';
import { eventsIn, type JudgedOutbox } from './judge-outbox.js';
import type { RestorePorts } from './ports.js';

const charsPerCallMax = 524_288;

type Head = StreamHead & { readonly stream: string };
/** A stream that is not what it must be, and how much of it may stay. */
export interface Damage extends Head {
  /** The last seq that stays; null: nothing does. */
  readonly keep: number | null;
}

/** @throws LedgerError `journal_damaged` where the journal and its index differ */
export function restored(
  { crypto }: RestorePorts,
  { tails }: JudgedOutbox,
  { stream, seq, digest, keep }: Damage,
  segments: readonly JournaledSegment[],
): RestoredStream {
  const own = segments.filter((segment) => segment.stream === stream);
  let found = emptyStreamDigest;
  for (const { eventBytes } of own)
    for (const bytes of eventBytes) found = extendStreamDigest(crypto, found, crypto.sha256Hex(bytes));
  if (found !== digest || own.at(-1)?.lastSeq !== seq)
    throw new LedgerError(
      'journal_damaged',
      `The journal does not hold ${stream} as the index has it (seq ${seq}).`,
    );
  const tail = tails.get(stream) ?? [];
  // A stream that ends inside of one of our segments was not written by an append.
  const isWhole = keep === 0 || own.some(({ lastSeq }) => lastSeq === keep);
  const afterSeq = isWhole && keep !== 0 ? keep : null;
  const missing = [...own.filter(({ lastSeq }) => lastSeq > (afterSeq ?? 0)), ...tail];
  return { stream, afterSeq, segments: missing.map(plain), word: '' };
}

export const plain = ({ stream, firstSeq, lastSeq, value }: RawSegment): RawSegment => ({
  stream,
  firstSeq,
  lastSeq,
  value,
});

/** Ended runs leave the sweeper's list, all others are looked at as soon as they may be. */
export function deadlineOf(
  { clock }: RestorePorts,
  { tails }: JudgedOutbox,
  { streams }: StreamGroup,
  segments: readonly JournaledSegment[],
): Restoration['deadline'] {
  const stream = streams.find((one) => one.stream.startsWith('run/'))?.stream;
  if (stream === undefined) return undefined;
  const journaled = segments.filter((segment) => segment.stream === stream).flatMap(({ events }) => events);
  const waiting = eventsIn(tails.get(stream) ?? []) as MarketOpsEvent[];
  const { status } = foldRun([...journaled, ...waiting]);
  const isOpen = status === 'requested' || status === 'planned';
  return { runId: stream.slice('run/'.length), atMs: isOpen ? clock.nowMs() : null };
}

/** A stream of many megabytes goes in several calls, one after the other; its last brings the word. */
export function split(restoration: Restoration): Restoration[] {
  const { partition, term, streams, deadline } = restoration;
  const parts: Restoration[] = [];
  let part: RestoredStream[] = [];
  let chars = 0;
  const end = (): void => {
    if (part.length > 0) parts.push({ partition, term, streams: part });
    part = [];
    chars = 0;
  };
  for (const one of streams) {
    let { afterSeq } = one;
    let segments: RawSegment[] = [];
    for (const segment of one.segments) {
      if (chars > charsPerCallMax) {
        if (segments.length > 0) {
          part.push({ stream: one.stream, afterSeq, segments, word: null });
          afterSeq = segments.at(-1)?.lastSeq ?? afterSeq;
          segments = [];
        }
        end();
      }
      segments.push(segment);
      chars += segment.value.length;
    }
    part.push({ ...one, afterSeq, segments });
  }
  end();
  return parts.map((one, at) => (at === parts.length - 1 ? { ...one, deadline } : one));
}

/** The ledger's word, said again: what stood in Redis may have been older, or gone. */
export function wordsOn(
  { crypto, signer, term, settled, index }: RestorePorts,
  heads: readonly Head[],
): Map<string, string> {
  const words = new Map<string, string>();
  if (heads.length === 0) return words;
  const { sequence, hash } = settled();
  const signed = signAcknowledgements(crypto, {
    streams: heads.map(({ stream, seq, digest }) => [stream, seq, digest] as const),
    term,
    epoch: Math.max(1, index.head()?.epoch ?? 1),
    firstSequence: sequence,
    lastSequence: sequence,
    lastHash: hash,
    ...signer(),
  });
  for (const word of signed) words.set(word.stream, JSON.stringify(word));
  return words;
}
